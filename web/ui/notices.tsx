import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import i18next from 'i18next';

/** What all notices share. */
const look = () => ({
  withBorder: true,
  closeButtonProps: { 'aria-label': i18next.t('common.close') },
});

/** Shows a notice that something was done. */
export function notify(message: string): void {
  notifications.show({ ...look(), message, color: 'teal' });
}

/** Shows a notice of an error: what failed, and what to do. */
export function notifyError(message: string): void {
  const title = i18next.t('errors.title');
  notifications.show({ ...look(), title, message, color: 'red', autoClose: 10_000 });
}

/** How long undo is offered, in ms. */
const UNDO_TIME = 12_000;

/** Shows a notice that something was done, and offers to undo it for a while. */
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
