import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import i18next from 'i18next';

/** What all notices share. */
const look = () => ({
  withBorder: true,
  closeButtonProps: { 'aria-label': i18next.t('common.close') },
});

/** Says that something was done; the text names the thing. */
export function notify(message: string): void {
  notifications.show({ ...look(), message, color: 'teal' });
}

/** Says what did not work and what to do about it. */
export function notifyError(message: string): void {
  const title = i18next.t('errors.title');
  notifications.show({ ...look(), title, message, color: 'red', autoClose: 10_000 });
}

/** How long an offer to undo stays, in ms. */
const UNDO_TIME = 12_000;

/** Says that something was done, and offers to undo it for a while. */
export function notifyUndo(message: string, undo: () => void): void {
  const id = crypto.randomUUID();
  const act = () => {
    notifications.hide(id);
    undo();
  };
  notifications.show({
    ...look(),
    id,
    autoClose: UNDO_TIME,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Button size="compact-sm" variant="light" onClick={act}>
          {i18next.t('common.undo')}
        </Button>
      </Group>
    ),
  });
}
