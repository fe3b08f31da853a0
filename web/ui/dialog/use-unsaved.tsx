import { Button, Group } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from './dialog.tsx';

/**
 * Guards a dialog with unsaved text: leaving it asks first, whether by its close button, by Back or
 * by closing the tab.
 * @returns `leave` closes the dialog or asks; `question` has to be rendered beside the dialog
 */
export function useUnsaved(isDirty: boolean, onLeave: () => void) {
  const { t } = useTranslation();
  const [isAsking, setIsAsking] = useState(false);
  useBlocker({
    disabled: !isDirty,
    shouldBlockFn: () => {
      setIsAsking(true);
      return true;
    },
  });
  const leave = () => (isDirty ? setIsAsking(true) : onLeave());
  const discard = () => {
    setIsAsking(false);
    onLeave();
  };
  // Rendered only while it asks: the Escape that opens it would otherwise close it again.
  const question = isAsking && (
    <Dialog opened onClose={() => setIsAsking(false)} title={t('ui.unsavedTitle')}>
      {t('ui.unsavedText')}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={() => setIsAsking(false)} data-autofocus>
          {t('ui.keepEditing')}
        </Button>
        <Button color="red" onClick={discard}>
          {t('ui.discard')}
        </Button>
      </Group>
    </Dialog>
  );
  return { leave, question };
}
