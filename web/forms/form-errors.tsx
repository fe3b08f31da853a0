import { Alert } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { ApiError } from '../api/error.ts';
import { useErrorMessage } from '../api/use-error-message.ts';

interface FormAlertProps {
  readonly error: unknown;
  /** Values of the form: errors of its fields are shown at the fields instead. */
  readonly values?: object;
}

/** Shows the error of a form as a whole, if there is one. */
export function FormAlert({ error, values = {} }: FormAlertProps) {
  const message = useErrorMessage();
  if (!error || fieldOf(error, values)) return null;
  return (
    <Alert color="red" variant="outline" role="alert">
      {message(error)}
    </Alert>
  );
}

/** The message of an error at its field; null: the message of the API. */
export type FieldMessage<Values> = (error: ApiError, values: Values) => string | null;

/** Shows an error at the field of a form that it is about, and moves the focus there. */
export function useFieldError<Values extends Record<string, unknown>>(
  form: UseFormReturnType<Values>,
  fieldMessage?: FieldMessage<Values>,
) {
  const message = useErrorMessage();
  return (error: Error, values: Values): void => {
    const field = fieldOf(error, values);
    if (field === null || !(error instanceof ApiError)) return;
    form.setFieldError(field, fieldMessage?.(error, values) ?? message(error));
    form.getInputNode(field)?.focus();
  };
}

/** The field that an error is about; null: it is about the form as a whole. */
function fieldOf(error: unknown, values: object): string | null {
  const field = error instanceof ApiError ? error.field : null;
  return field !== null && hasField(values, field.split('.')) ? field : null;
}

function hasField(values: unknown, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true;
  const isObject = typeof values === 'object' && values !== null && name in values;
  return isObject && hasField((values as Record<string, unknown>)[name], rest);
}
