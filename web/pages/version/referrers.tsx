import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ImageName } from '../../api/images.ts';
import type { VersionView } from '../../api/versions.ts';
import { paths } from '../../paths.ts';
import { Digest } from '../../ui/digest.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { TextLink } from '../../ui/link.tsx';
import type { Column } from '../../ui/table/column.ts';
import { Time } from '../../ui/time.tsx';
import { AttachedList } from './attached-list.tsx';

interface ReferrersProps {
  readonly name: ImageName;
  readonly version: VersionView;
}

type Referrer = VersionView['referrers'][number];

/** Signatures, SBOMs and other artifacts about this version. */
export function Referrers({ name, version: { referrers, moreReferrers } }: ReferrersProps) {
  const { t } = useTranslation();
  const columns = useColumns(name);
  return (
    <AttachedList
      title={t('version.referrers')}
      rows={referrers}
      rowId={({ digest }) => digest}
      columns={columns}
      hasMore={moreReferrers}
    />
  );
}

function useColumns(name: ImageName): Column<Referrer>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'kind',
      header: t('version.kind'),
      cell: ({ digest, kind, artifactType, mediaType }) => (
        <>
          <TextLink {...paths.manifest(name.workspace, name.image, digest)} fw={600} size="sm">
            {t(`version.kinds.${kind}`)}
          </TextLink>
          <Text size="xs" c="dimmed" className="mono">
            <ForeignText text={artifactType ?? mediaType} isBrief />
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
      id: 'created',
      header: t('version.createdAt'),
      from: 'md',
      cell: ({ createdAt }) =>
        createdAt === null ? t('version.notSet') : <Time value={createdAt} />,
    },
  ];
}
