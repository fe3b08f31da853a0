import { Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** The state of a dialog, held by the screen that opens it. */
export interface DialogState {
  readonly opened: boolean;
  readonly onClose: () => void;
}

export interface DialogProps extends DialogState {
  readonly title: string;
  readonly size?: 'md' | 'lg' | 'xl';
  /** Whether a click outside leaves it open. */
  readonly isFirm?: boolean;
  readonly children: ReactNode;
}

/** A dialog; on a phone it fills the screen. */
export function Dialog(props: DialogProps) {
  const { opened, onClose, title, size = 'md', isFirm = false, children } = props;
  const { t } = useTranslation();
  const isPhone = useMediaQuery('(max-width: 36em)');
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size={size}
      closeOnClickOutside={!isFirm}
      fullScreen={isPhone ?? false}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      styles={{ title: { fontWeight: 700, fontSize: 'var(--mantine-font-size-lg)' } }}
    >
      {children}
    </Modal>
  );
}
