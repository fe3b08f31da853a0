import type { UseFormReturnType } from '@mantine/form';
import { useErrorMessage } from '../api/use-error-message.ts';
import { fieldOf } from './field-of.ts';

/** Shows an error at the field of a form that it is about, and goes there. */
export function useFieldError<Values extends object>(form: UseFormReturnType<Values>) {
  const message = useErrorMessage();
  return (error: unknown): void => {
    const field = fieldOf(error, form.values);
    if (field === null) return;
    form.setFieldError(field, message(error));
    form.getInputNode(field)?.focus();
  };
}
