import { Alert, Button, Group, Skeleton } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import {
  type UseMutationResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Tagged } from '../../api/client.ts';
import { ApiError } from '../../api/error.ts';
import { describeImage, type Image, type ImageName, imageQuery } from '../../api/images.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { notify } from '../../ui/notices.tsx';
import { FormDialog } from '../form-dialog.tsx';
import { FormAlert } from '../form-errors.tsx';
import { byteLength, MarkdownEditor } from './markdown-editor.tsx';

/** Bytes of UTF-8 that a description may take. */
const MAX_BYTES = 64 * 1024;

interface EditDescriptionProps extends DialogState {
  readonly name: ImageName;
}

/** Edits an image's description. What was typed is not lost by closing the dialog. */
export function EditDescription({ name, ...dialog }: EditDescriptionProps) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const { data, error, refetch } = useQuery(imageQuery(name));
  const failed = error && <ErrorState message={message(error)} onRetry={() => void refetch()} />;
  return (
    <FormDialog
      {...dialog}
      size="xl"
      title={t('images.descriptionOf', { name: name.image })}
      waiting={!data && (failed ?? <Skeleton height={460} />)}
      form={{ initialValues: toValues(data) }}
      action={t('common.save')}
      submit={({ text, etag }) => describeImage(name, text, etag)}
      onDone={() => {
        notify(t('images.descriptionSaved', { name: name.image }));
        dialog.onClose();
      }}
      asksBeforeLoss
      explains={isConflict}
      button={(form, fault) => ({
        isDisabled:
          !form.isDirty() || byteLength(form.values.text) > MAX_BYTES || isConflict(fault),
      })}
    >
      {(form, save) => (
        <>
          <MarkdownEditor
            label={t('images.description')}
            maxBytes={MAX_BYTES}
            value={form.values.text}
            onChange={(text) => form.setFieldValue('text', text)}
          />
          {isConflict(save.error) && <Conflict name={name} form={form} save={save} />}
        </>
      )}
    </FormDialog>
  );
}

/** A description, and the ETag of the image that it was read with. */
interface Values {
  readonly text: string;
  readonly etag: string;
}

const toValues = (read: Tagged<Image> | undefined) => ({
  text: read?.data.description ?? '',
  etag: read?.etag ?? '*',
});

/** Whether another user has changed the description since it was read. */
const isConflict = (error: Error | null) => error instanceof ApiError && error.status === 412;

interface ConflictProps {
  readonly name: ImageName;
  readonly form: UseFormReturnType<Values>;
  readonly save: UseMutationResult<void, Error, Values>;
}

/** The choice when two users save: overwrite the other text, or continue from it. */
function Conflict({ name, form, save }: ConflictProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const load = useMutation({
    mutationFn: () => queryClient.fetchQuery({ ...imageQuery(name), staleTime: 0 }),
    onSuccess: (theirs) => {
      form.setInitialValues(toValues(theirs));
      form.setValues(toValues(theirs));
      save.reset();
    },
  });
  return (
    <Alert color="orange" role="alert" title={t('images.conflictTitle')}>
      {t('images.conflictText')}
      <FormAlert error={load.error} />
      <Group mt="sm">
        <Button
          size="xs"
          onClick={() => save.mutate({ ...form.values, etag: '*' })}
          loading={save.isPending}
        >
          {t('images.overwrite')}
        </Button>
        <Button size="xs" variant="default" onClick={() => load.mutate()} loading={load.isPending}>
          {t('images.loadTheirs')}
        </Button>
      </Group>
    </Alert>
  );
}
