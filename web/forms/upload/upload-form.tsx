import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Project } from '../../api/projects.ts';
import { useFormat } from '../../ui/format.ts';
import { uploads } from '../../upload/upload-center.ts';
import { usePlaceChoice } from '../push/place-choice.ts';
import { PlaceFields } from '../push/place-fields.tsx';
import { DropArea } from './drop-area.tsx';
import { FileCard } from './file-card.tsx';
import { UploadActions } from './upload-actions.tsx';
import { useUploads } from './use-uploads.ts';

interface UploadFormProps {
  /** The projects that the user may push to. */
  readonly projects: readonly Project[];
  readonly firstProject: Project;
  /** Bytes of the largest file that can be uploaded here. */
  readonly limit: number;
  readonly onClose: () => void;
}

/** The destination, the files and their images, and the progress. */
export function UploadForm(props: UploadFormProps) {
  const { projects, firstProject, limit, onClose } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const files = useUploads();
  const place = usePlaceChoice(firstProject);
  const { workspace } = place;
  return (
    <Stack>
      <PlaceFields projects={projects} place={place} />
      <DropArea onFiles={(added) => uploads.add(added, limit)} />
      <Text size="sm" c="dimmed">
        {t('upload.about', { limit: format.bytes(limit) })}
      </Text>
      {files.map((file) => (
        <FileCard key={file.id} file={file} workspace={workspace} />
      ))}
      {files.length > 0 && <UploadActions files={files} workspace={workspace} onClose={onClose} />}
    </Stack>
  );
}
