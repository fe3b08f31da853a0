import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Department, deleteDepartment, renameDepartment } from '../../api/departments.ts';
import { ConfirmDialog } from '../../forms/confirm-dialog.tsx';
import { NameDialog } from '../../forms/name-dialog.tsx';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { type MenuEntry, RowMenu } from '../../ui/menu/entry-menu.tsx';
import { notify } from '../../ui/notices.tsx';

/** The actions of a cloud admin on a department. */
export function DepartmentMenu({ department }: { readonly department: Department }) {
  const { t } = useTranslation();
  const renaming = useDialog<true>();
  const deletion = useDialog<true>();
  const { id, name } = department;
  const entries: MenuEntry[] = [
    { label: t('common.rename'), icon: IconPencil, onChoose: () => renaming.open(true) },
    {
      label: t('common.delete'),
      icon: IconTrash,
      onChoose: () => deletion.open(true),
      isDestructive: true,
    },
  ];
  return (
    <>
      <RowMenu name={name} entries={entries} />
      <NameDialog
        {...renaming.props}
        title={t('departments.rename', { name })}
        label={t('common.name')}
        name={name}
        action={t('common.save')}
        write={(next) => renameDepartment(id, next)}
      />
      <DeleteDepartment {...deletion.props} department={department} />
    </>
  );
}

interface DeleteDepartmentProps extends DialogState {
  readonly department: Department;
}

function DeleteDepartment({ department, ...dialog }: DeleteDepartmentProps) {
  const { t } = useTranslation();
  const { id, name } = department;
  return (
    <ConfirmDialog
      {...dialog}
      title={t('departments.deleteTitle', { name })}
      action={t('common.delete')}
      isDestructive
      confirm={() => deleteDepartment(id)}
      onDone={() => {
        dialog.onClose();
        notify(t('departments.deleted', { name }));
      }}
    >
      {t('departments.deleteText')}
    </ConfirmDialog>
  );
}
