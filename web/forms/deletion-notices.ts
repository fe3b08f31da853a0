import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/error.ts';
import { useErrorMessage } from '../api/use-error-message.ts';
import { notify, notifyError } from '../ui/notices.tsx';

/** How one of many things fared that were to be deleted, and what it is called. */
interface Result {
  readonly name: string;
  readonly status: 'deleted' | 'failed';
  readonly problem?:
    | { readonly status: number; readonly code: string; readonly title: string }
    | undefined;
}

/** Tells what was deleted and what was not, and why. */
export function useDeletionNotices(): (results: readonly Result[]) => void {
  const { t } = useTranslation();
  const message = useErrorMessage();
  return (results) => {
    const deleted = results.filter(({ status }) => status === 'deleted');
    const [first] = deleted;
    if (first) {
      const count = deleted.length;
      notify(
        count === 1
          ? t('ui.deletedOne', { name: first.name })
          : t('ui.deletedMany', { name: first.name, count: count - 1 }),
      );
    }
    for (const { name, problem } of results) {
      if (problem) {
        notifyError(t('ui.notDeleted', { name, reason: message(new ApiError(problem)) }));
      }
    }
  };
}
