import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ImageName } from '../../api/images.ts';
import type { VersionView } from '../../api/versions.ts';
import { paths } from '../../paths.ts';
import { Digest } from '../../ui/digest.tsx';
import { TextLink } from '../../ui/link.tsx';
import type { Column } from '../../ui/table/column.ts';
import { Time } from '../../ui/time.tsx';
import { AttachedList } from './attached-list.tsx';

interface AccessoriesProps {
  readonly name: ImageName;
  readonly version: VersionView;
}

type Accessory = VersionView['accessories'][number];

/** Signatures, SBOMs and the like that a tag attaches to this version. */
export function Accessories({ name, version: { accessories, moreAccessories } }: AccessoriesProps) {
  const { t } = useTranslation();
  const columns = useColumns(name);
  return (
    <AttachedList
      title={t('version.accessories')}
      rows={accessories}
      rowId={({ tag }) => tag}
      columns={columns}
      hasMore={moreAccessories}
    />
  );
}

function useColumns(name: ImageName): Column<Accessory>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'kind',
      header: t('version.kind'),
      cell: ({ tag, kind }) => (
        <>
          <TextLink {...paths.version(name.workspace, name.image, tag)} fw={600} size="sm">
            {t(`version.kinds.${kind}`)}
          </TextLink>
          <Text size="xs" c="dimmed" className="mono" style={{ overflowWrap: 'anywhere' }}>
            {tag}
          </Text>
        </>
      ),
    },
    {
      id: 'digest',
      header: t('version.digest'),
      from: 'sm',
      cell: ({ digest }) => <Digest value={digest} />,
    },
    {
      id: 'pushed',
      header: t('version.createdAt'),
      from: 'md',
      cell: ({ pushedAt }) => <Time value={pushedAt} />,
    },
  ];
}
