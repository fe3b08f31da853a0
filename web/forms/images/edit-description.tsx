import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ImageName, imageQuery } from '../../api/images.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { Dialog, type DialogState } from '../../ui/dialog/dialog.tsx';
import { useUnsaved } from '../../ui/dialog/use-unsaved.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { DescriptionForm } from './description-form.tsx';

interface EditDescriptionProps extends DialogState {
  readonly name: ImageName;
}

/** A dialog that edits an image's description. What was typed is not lost by closing it. */
export function EditDescription({ opened, name, onClose }: EditDescriptionProps) {
  const { t } = useTranslation();
  const [isDirty, setIsDirty] = useState(false);
  const close = () => {
    setIsDirty(false);
    onClose();
  };
  const { leave, question } = useUnsaved(isDirty, close);
  return (
    <>
      <Dialog
        opened={opened}
        onClose={leave}
        title={t('images.descriptionOf', { name: name.image })}
        size="xl"
      >
        <Loaded name={name} onDirty={setIsDirty} onClose={close} onCancel={leave} />
      </Dialog>
      {question}
    </>
  );
}

interface LoadedProps {
  readonly name: ImageName;
  readonly onDirty: (isDirty: boolean) => void;
  readonly onClose: () => void;
  readonly onCancel: () => void;
}

/** The form, as soon as the text that it starts from is there. */
function Loaded(props: LoadedProps) {
  const message = useErrorMessage();
  const { data, error, refetch } = useQuery(imageQuery(props.name));
  if (data) return <DescriptionForm {...props} start={data} />;
  if (error) return <ErrorState message={message(error)} onRetry={() => void refetch()} />;
  return <Skeleton height={460} />;
}
