import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/error.ts';
import { restore, type TrashItem } from '../../api/trash.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { notify, notifyError } from '../../ui/notices.tsx';
import { trashName } from './trash-name.ts';

interface Failure {
  readonly item: TrashItem;
  readonly error: unknown;
}

interface Restored {
  readonly done: readonly TrashItem[];
  readonly failed: readonly Failure[];
}

/**
 * Restores items of the trash, and reports the result for each.
 * @param onTaken called if a single item was to be restored and its name is taken
 */
export function useRestore(onTaken: (item: TrashItem) => void) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const report = ({ done, failed }: Restored) => {
    const [first] = done;
    if (first) {
      const name = trashName(first);
      const rest = done.length - 1;
      notify(
        rest === 0 ? t('common.undone', { name }) : t('trash.restored', { name, count: rest }),
      );
    }
    const [only] = failed;
    if (only && done.length + failed.length === 1 && isTaken(only.error)) {
      onTaken(only.item);
      return;
    }
    for (const { item, error } of failed) notifyError(`${trashName(item)}: ${message(error)}`);
  };
  return useMutation({ mutationFn: restoreAll, onSuccess: report });
}

async function restoreAll(items: readonly TrashItem[]): Promise<Restored> {
  const done: TrashItem[] = [];
  const failed: Failure[] = [];
  for (const item of items) {
    try {
      await restore(item.id);
      done.push(item);
    } catch (error) {
      failed.push({ item, error });
    }
  }
  return { done, failed };
}

function isTaken(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'name-taken';
}
