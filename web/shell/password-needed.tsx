import { Suspense, useEffect, useState } from 'react';
import { onPasswordNeeded } from '../api/client.ts';
import { lazyPart } from '../lazy-part.ts';

const ConfirmPassword = lazyPart(
  async () => (await import('../forms/accounts/confirm-password.tsx')).ConfirmPassword,
);

type Answer = (isGiven: boolean) => void;

/** Asks for the password over the open screen when a call needs it; the call then continues. */
export function PasswordNeeded() {
  const [answer, setAnswer] = useState<Answer | null>(null);
  useEffect(
    () => onPasswordNeeded(() => new Promise((resolve) => setAnswer((): Answer => resolve))),
    [],
  );
  if (!answer) return null;
  const finish = (isGiven: boolean) => {
    setAnswer(null);
    answer(isGiven);
  };
  return (
    <Suspense>
      <ConfirmPassword onGiven={() => finish(true)} onClose={() => finish(false)} />
    </Suspense>
  );
}
