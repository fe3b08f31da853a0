import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ImageName } from '../../api/images.ts';
import type { VersionView } from '../../api/versions.ts';
import { paths } from '../../paths.ts';
import { Digest } from '../../ui/digest.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { useFormat } from '../../ui/format.ts';
import { TextLink } from '../../ui/link.tsx';
import { Section } from '../../ui/section.tsx';
import type { Column } from '../../ui/table/column.ts';
import { SimpleTable } from '../../ui/table/simple-table.tsx';
import { Time } from '../../ui/time.tsx';

interface ReferrersProps {
  readonly name: ImageName;
  readonly version: VersionView;
}

type Referrer = VersionView['referrers'][number];

/** Signatures, SBOMs and other artifacts about this version. */
export function Referrers({ name, version: { referrers, moreReferrers } }: ReferrersProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns = useColumns(name);
  if (referrers.length === 0) return null;
  return (
    <Section title={t('version.referrers')} aside={format.number(referrers.length)}>
      <SimpleTable
        label={t('version.referrers')}
        rows={referrers}
        rowId={({ digest }) => digest}
        columns={columns}
      />
      {moreReferrers && (
        <Text size="sm" c="dimmed" mt="xs">
          {t('version.moreReferrers')}
        </Text>
      )}
    </Section>
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
