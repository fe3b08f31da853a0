import { Button, Group } from '@mantine/core';
import { IconDownload, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { archiveUrl } from '../../api/archives.ts';
import { type ImageName, imageQuery } from '../../api/images.ts';
import type { VersionView } from '../../api/versions.ts';
import { paths } from '../../paths.ts';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { shortDigest } from '../../ui/digest.tsx';
import { TextLink } from '../../ui/link.tsx';
import { EntryMenu } from '../../ui/menu/entry-menu.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { DeleteVersionsDialog } from '../image/dialogs.tsx';

/** `image:tag`, or with `@` and the beginning of the digest. */
export function titleOf({ image }: ImageName, reference: string): string {
  return reference.includes(':') ? `${image}@${shortDigest(reference)}` : `${image}:${reference}`;
}

interface VersionHeaderProps {
  readonly name: ImageName;
  readonly reference: string;
  readonly version: VersionView;
}

/** Name and image of a version, with the actions on it. */
export function VersionHeader({ name, reference, version }: VersionHeaderProps) {
  return (
    <PageHeader title={titleOf(name, reference)} text={<Place name={name} />}>
      <DeleteButton name={name} tag={version.tag} />
      <Download name={name} reference={reference} />
    </PageHeader>
  );
}

function Place({ name: { workspace, image } }: { readonly name: ImageName }) {
  const { t } = useTranslation();
  return (
    <>
      {t('version.ofImage')}{' '}
      <TextLink {...paths.image(workspace, image)} underline="always">
        {workspace}/{image}
      </TextLink>
    </>
  );
}

function Download({ name, reference }: { readonly name: ImageName; readonly reference: string }) {
  const { t } = useTranslation();
  const entries = (['docker', 'oci'] as const).map((format) => ({
    label: t(`image.download.${format}`),
    download: archiveUrl(name, reference, format),
  }));
  const button = (
    <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
      {t('version.download')}
    </Button>
  );
  return <EntryMenu button={button} entries={entries} />;
}

/** Only a tag can be deleted here: a manifest without one belongs to another. */
function DeleteButton({ name, tag }: { readonly name: ImageName; readonly tag: string | null }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const deletion = useDialog<readonly string[]>();
  const { data } = useQuery(imageQuery(name));
  if (tag === null || !data?.data.allowed.includes('image:delete')) return null;
  return (
    <Group>
      <Button
        variant="default"
        leftSection={<IconTrash size={16} aria-hidden />}
        onClick={() => deletion.open([tag])}
      >
        {t('common.delete')}
      </Button>
      <DeleteVersionsDialog
        dialog={deletion}
        name={name}
        onDone={() => void navigate(paths.image(name.workspace, name.image))}
      />
    </Group>
  );
}
