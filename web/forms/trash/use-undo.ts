import { useTranslation } from 'react-i18next';
import { restore } from '../../api/trash.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { notify, notifyError, notifyUndo } from '../../ui/notices.tsx';

/** What was deleted. */
interface Deleted {
  /** What is said of it. */
  readonly notice: string;
  /** Of the first of it, when it is more than one. */
  readonly name: string;
  /** Where it lies in the trash. */
  readonly trashIds: readonly string[];
}

/** Says what was deleted, and offers to restore it from the trash. */
export function useUndo(): (deleted: Deleted) => void {
  const { t } = useTranslation();
  const message = useErrorMessage();
  return ({ notice, name, trashIds }) => {
    const undo = async () => {
      try {
        for (const trashId of trashIds) await restore(trashId);
        const rest = trashIds.length - 1;
        notify(
          rest === 0 ? t('common.undone', { name }) : t('trash.restored', { name, count: rest }),
        );
      } catch (error) {
        notifyError(message(error));
      }
    };
    notifyUndo(notice, () => void undo());
  };
}
