import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { notify, notifyError } from '../../ui/notices.tsx';
import { useClientName } from './client-name.ts';

interface EndButtonProps {
  readonly label: string;
  /** The client that signed in, as its User-Agent header names it. */
  readonly userAgent: string;
  readonly end: () => Promise<unknown>;
  /** What is said when it has ended, with the client's name. */
  readonly ended: (name: string) => string;
}

/** Ends one of the sign-ins of the signed-in user. */
export function EndButton({ label, userAgent, end, ended }: EndButtonProps) {
  const message = useErrorMessage();
  const name = useClientName(userAgent);
  const ending = useMutation({
    mutationFn: end,
    onSuccess: () => notify(ended(name)),
    onError: (error) => notifyError(message(error)),
  });
  return (
    <Button
      variant="subtle"
      color="red"
      size="compact-sm"
      aria-label={`${label}: ${name}`}
      loading={ending.isPending}
      onClick={() => ending.mutate()}
    >
      {label}
    </Button>
  );
}
