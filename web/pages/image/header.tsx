import { Button, Group } from '@mantine/core';
import { IconTerminal2, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Image, ImageName } from '../../api/images.ts';
import { paths } from '../../paths.ts';
import { AccessBadge } from '../../ui/access-badge.tsx';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { TextLink } from '../../ui/link.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { DeleteDialog } from '../images/dialogs.tsx';
import { PushDialog, type PushStart } from '../push-dialog.tsx';

interface ImageHeaderProps {
  readonly name: ImageName;
  readonly image: Image;
}

/** Name and workspace of an image, with the actions on it. */
export function ImageHeader({ name, image }: ImageHeaderProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const push = useDialog<PushStart>();
  const deletion = useDialog<readonly ImageName[]>();
  const { allowed } = image;
  return (
    <>
      <PageHeader title={image.name} text={<Place image={image} />}>
        {allowed.includes('image:delete') && (
          <Button
            variant="default"
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={() => deletion.open([name])}
          >
            {t('common.delete')}
          </Button>
        )}
        {allowed.includes('image:push') && (
          <Button
            leftSection={<IconTerminal2 size={18} aria-hidden />}
            onClick={() => push.open(name)}
          >
            {t('images.push')}
          </Button>
        )}
      </PageHeader>
      <PushDialog dialog={push} />
      <DeleteDialog dialog={deletion} onDone={() => void navigate(paths.images())} />
    </>
  );
}

function Place({ image }: { readonly image: Image }) {
  const { t } = useTranslation();
  const { workspace, access, allowed } = image;
  return (
    <Group gap="sm">
      <AccessBadge access={access} />
      <span>
        {t('images.workspace')}{' '}
        {allowed.includes('workspace:view') ? (
          <TextLink {...paths.workspace(workspace)} underline="always">
            {workspace}
          </TextLink>
        ) : (
          workspace
        )}
      </span>
    </Group>
  );
}
