import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import {
  deleteTrigger,
  rotateSigningSecret,
  type Trigger,
  testTrigger,
} from '../../api/triggers.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { ConfirmDialog } from '../../forms/confirm-dialog.tsx';
import { Dialog, type DialogState } from '../../ui/dialog/dialog.tsx';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { notify, notifyError } from '../../ui/notices.tsx';
import { DeliveryList } from './delivery-list.tsx';
import { useShowOutcome } from './show-outcome.ts';

interface TriggerDetailsProps extends DialogState {
  readonly projectId: number;
  readonly trigger: Trigger;
  /** Called with a new signing secret, which is shown once. */
  readonly onSecret: (secret: string) => void;
}

/** The log of a trigger, and what its owner does with it. */
export function TriggerDetails(props: TriggerDetailsProps) {
  const { opened, onClose, projectId, trigger, onSecret } = props;
  const { t } = useTranslation();
  const message = useErrorMessage();
  const deletion = useDialog<true>();
  const { id, name } = trigger;
  const fail = (error: unknown) => notifyError(message(error));
  const showOutcome = useShowOutcome();
  const test = useMutation({
    mutationFn: () => testTrigger(projectId, id),
    onSuccess: showOutcome,
    onError: fail,
  });
  const rotation = useMutation({
    mutationFn: () => rotateSigningSecret(projectId, id),
    onSuccess: ({ signingSecret }) => onSecret(signingSecret),
    onError: fail,
  });
  return (
    <Dialog opened={opened} onClose={onClose} title={t('triggers.logOf', { name })} size="xl">
      <Stack>
        <Group gap="xs">
          <Button loading={test.isPending} onClick={() => test.mutate()}>
            {t('triggers.test')}
          </Button>
          <Button variant="default" loading={rotation.isPending} onClick={() => rotation.mutate()}>
            {t('triggers.rotate')}
          </Button>
          <Button variant="outline" color="red" onClick={() => deletion.open(true)}>
            {t('common.delete')}
          </Button>
        </Group>
        <Text size="sm" c="dimmed">
          {t('triggers.logText')}
        </Text>
        <DeliveryList projectId={projectId} triggerId={id} />
      </Stack>
      <ConfirmDialog
        {...deletion.props}
        title={t('triggers.deleteTitle', { name })}
        action={t('common.delete')}
        isDestructive
        confirm={() => deleteTrigger(projectId, id)}
        onDone={() => {
          deletion.props.onClose();
          onClose();
          notify(t('triggers.deleted', { name }));
        }}
      >
        {t('triggers.deleteText')}
      </ConfirmDialog>
    </Dialog>
  );
}
