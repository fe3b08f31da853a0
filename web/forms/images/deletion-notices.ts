import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/error.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { notifyError } from '../../ui/notices.tsx';
import { useUndo } from '../trash/use-undo.ts';

/** The result of deleting one of many things, with its name. */
interface Result {
  readonly name: string;
  readonly status: 'deleted' | 'failed';
  /** Its id in the trash, to undo the deletion. */
  readonly trashId?: string | undefined;
  readonly problem?:
    | { readonly status: number; readonly code: string; readonly title: string }
    | undefined;
}

/** Returns a function that reports what was deleted, with undo, and what was not, and why. */
export function useDeletionNotices(): (results: readonly Result[]) => void {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const offerUndo = useUndo();
  return (results) => {
    const deleted = results.filter(({ status }) => status === 'deleted');
    const [first] = deleted;
    if (first) {
      const rest = deleted.length - 1;
      const notice =
        rest === 0
          ? t('ui.deletedOne', { name: first.name })
          : t('ui.deletedMany', { name: first.name, count: rest });
      const trashIds = deleted.flatMap(({ trashId }) => trashId ?? []);
      offerUndo({ notice, name: first.name, trashIds });
    }
    for (const { name, problem } of results) {
      if (problem) {
        notifyError(t('ui.notDeleted', { name, reason: message(new ApiError(problem)) }));
      }
    }
  };
}
