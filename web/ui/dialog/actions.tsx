import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export interface DialogActionsProps {
  /** The label of the main button. */
  readonly label: string;
  readonly onCancel: () => void;
  /** Absent: the button submits the form around it. */
  readonly onConfirm?: () => void;
  readonly isBusy?: boolean;
  readonly isDisabled?: boolean;
  /** Whether the main button deletes something. */
  readonly isDangerous?: boolean;
}

/** The buttons of a dialog: cancel, and the main one. */
export function DialogActions(props: DialogActionsProps) {
  const { label, onCancel, onConfirm, isBusy = false, isDisabled = false } = props;
  const { t } = useTranslation();
  return (
    <Group justify="flex-end" mt="md">
      <Button variant="default" onClick={onCancel}>
        {t('common.cancel')}
      </Button>
      <Button
        type={onConfirm ? 'button' : 'submit'}
        loading={isBusy}
        disabled={isDisabled}
        {...(props.isDangerous ? { color: 'red' } : {})}
        {...(onConfirm ? { onClick: onConfirm } : {})}
      >
        {label}
      </Button>
    </Group>
  );
}
