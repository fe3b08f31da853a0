import { Suspense, useEffect, useState } from 'react';
import { onSessionEnd } from '../api/client.ts';
import { lazyPart } from '../lazy-part.ts';

const SignInAgain = lazyPart(async () => (await import('./sign-in-again.tsx')).SignInAgain);

/** Asks to sign in again over the open screen, so that nothing typed is lost. */
export function SessionEnded() {
  const [hasEnded, setEnded] = useState(false);
  useEffect(() => onSessionEnd(() => setEnded(true)), []);
  if (!hasEnded) return null;
  return (
    <Suspense>
      <SignInAgain onClose={() => setEnded(false)} />
    </Suspense>
  );
}
