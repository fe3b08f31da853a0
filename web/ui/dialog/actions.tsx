import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export interface DialogActionsProps {
  /** What the main button does, in a word. */
  readonly label: string;
  readonly onCancel: () => void;
  /** Absent: the button submits the form it stands in. */
  readonly onConfirm?: () => void;
  readonly isBusy?: boolean;
  readonly isDisabled?: boolean;
  /** Whether it takes something away. */
  readonly isDangerous?: boolean;
}

/** The buttons at the foot of a dialog: cancel, and what the dialog is for. */
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
