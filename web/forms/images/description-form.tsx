import { Alert, Button, Group, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tagged } from '../../api/client.ts';
import { ApiError } from '../../api/error.ts';
import { describeImage, type Image, type ImageName, imageQuery } from '../../api/images.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { notify } from '../../ui/notices.tsx';
import { MarkdownEditor } from './markdown-editor.tsx';

/** Bytes of UTF-8 that a description may take. */
const MOST = 64 * 1024;

interface DescriptionFormProps {
  readonly name: ImageName;
  /** The image as it was read. */
  readonly start: Tagged<Image>;
  readonly onDirty: (isDirty: boolean) => void;
  /** Called when the text is saved. */
  readonly onClose: () => void;
  readonly onCancel: () => void;
}

/** The text of a description, and what happens when two people save it. */
export function DescriptionForm(props: DescriptionFormProps) {
  const { name, onDirty, onClose } = props;
  const { t } = useTranslation();
  const message = useErrorMessage();
  const [base, setBase] = useState(props.start);
  const [text, setText] = useState(base.data.description);
  const change = (next: string) => {
    setText(next);
    onDirty(next !== base.data.description);
  };
  const save = useMutation({
    mutationFn: (etag: string) => describeImage(name, text, etag),
    onSuccess: () => {
      onDirty(false);
      notify(t('images.descriptionSaved', { name: name.image }));
      onClose();
    },
  });
  const queryClient = useQueryClient();
  const load = useMutation({
    mutationFn: () => queryClient.fetchQuery({ ...imageQuery(name), staleTime: 0 }),
    onSuccess: (theirs) => {
      setBase(theirs);
      setText(theirs.data.description);
      onDirty(false);
      save.reset();
    },
  });
  const error = load.error ?? save.error;
  const isConflict = error instanceof ApiError && error.status === 412;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(base.etag ?? '*');
      }}
    >
      <Stack>
        <MarkdownEditor
          label={t('images.description')}
          value={text}
          most={MOST}
          onChange={change}
        />
        {isConflict && (
          <Alert color="orange" role="alert" title={t('images.conflictTitle')}>
            {t('images.conflictText')}
            <Group mt="sm">
              <Button size="xs" onClick={() => save.mutate('*')} loading={save.isPending}>
                {t('images.overwrite')}
              </Button>
              <Button
                size="xs"
                variant="default"
                onClick={() => load.mutate()}
                loading={load.isPending}
              >
                {t('images.loadTheirs')}
              </Button>
            </Group>
          </Alert>
        )}
        {error && !isConflict && (
          <Alert color="red" role="alert">
            {message(error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onCancel}>
            {t('common.cancel')}
          </Button>
          <Button
            type="submit"
            loading={save.isPending}
            disabled={text === base.data.description || byteLength(text) > MOST || isConflict}
          >
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Bytes of a text in UTF-8, as the server counts. */
function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
