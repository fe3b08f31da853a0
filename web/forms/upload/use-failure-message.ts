import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/error.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { useFormat } from '../../ui/format.ts';
import type { UploadFailure } from '../../upload/protocol.ts';

/** Details of errors that are numbers of bytes. */
const BYTES = ['limit', 'size'];

/** Says why an upload failed and what to do, in the language of the console. */
export function useFailureMessage(): (failure: UploadFailure) => string {
  const { t } = useTranslation();
  const format = useFormat();
  const apiMessage = useErrorMessage();
  return (failure) => {
    if (failure.of === 'file') return t('upload.fileChanged');
    if (failure.of === 'api') {
      const { code, message: title } = failure;
      return apiMessage(new ApiError({ status: 400, code, title }));
    }
    const detail = Object.entries(failure.detail).map(([name, value]) => [
      name,
      BYTES.includes(name) && failure.code !== 'TOO_MANY_FILES'
        ? format.bytes(Number(value))
        : value,
    ]);
    return t(`upload.errors.${failure.code}`, Object.fromEntries(detail));
  };
}
