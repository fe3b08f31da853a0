import { useTranslation } from 'react-i18next';
import { restore } from '../../api/trash.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { notify, notifyError, notifyUndo } from '../../ui/notices.tsx';

/** Something that was deleted. */
interface Deleted {
  /** The text of the notice. */
  readonly notice: string;
  /** Name of the first item. */
  readonly name: string;
  /** Ids in the trash. */
  readonly trashIds: readonly string[];
}

/** Returns a function that reports what was deleted, and offers to restore it. */
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
