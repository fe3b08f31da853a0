import { Alert } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { tagExistsQuery } from '../../api/upload-targets.ts';

/** How long typing has to rest, in ms. */
const TYPING = 300;

interface OverwriteWarningProps {
  readonly to: { readonly workspace: string; readonly image: string; readonly tag: string };
}

/** Warns if the version exists already and would be overwritten. */
export function OverwriteWarning({ to }: OverwriteWarningProps) {
  const { t } = useTranslation();
  const [{ workspace, image, tag }] = useDebouncedValue(to, TYPING);
  const exists = useQuery(tagExistsQuery({ workspace, image, tag }));
  if (!exists.data) return null;
  return (
    <Alert color="yellow" role="status">
      {t('upload.overwrites', { name: `${workspace}/${image}:${tag}` })}
    </Alert>
  );
}
