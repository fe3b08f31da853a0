import { Alert } from '@mantine/core';
import { useErrorMessage } from '../api/use-error-message.ts';
import { fieldOf } from './field-of.ts';

interface FormAlertProps {
  readonly error: unknown;
  /** Of the form: an error of one of its fields is shown there instead. */
  readonly values?: object;
}

/** What went wrong with a form as a whole; nothing while nothing has. */
export function FormAlert({ error, values = {} }: FormAlertProps) {
  const message = useErrorMessage();
  if (!error || fieldOf(error, values)) return null;
  return (
    <Alert color="red" variant="outline" role="alert">
      {message(error)}
    </Alert>
  );
}
