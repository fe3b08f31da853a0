import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { isMissing } from '../api/error.ts';
import { useErrorMessage } from '../api/use-error-message.ts';
import { PartNotFetched } from '../lazy-part.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { Missing } from '../ui/missing.tsx';

/** Shown instead of a screen that failed. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const message = useErrorMessage();
  if (isMissing(error)) return <Missing />;
  const retry = () => {
    if (error instanceof PartNotFetched) return window.location.reload();
    reset();
    void router.invalidate();
  };
  return <ErrorState message={message(error)} onRetry={retry} />;
}
