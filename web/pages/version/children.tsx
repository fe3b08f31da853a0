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
import { useCut } from '../../ui/use-cut.tsx';

interface ChildrenProps {
  readonly name: ImageName;
  readonly version: VersionView;
}

/** An index may list a manifest twice: only its place is unique. */
type Child = readonly [place: number, child: VersionView['children'][number]];

/** Manifests that are shown at first. */
const SHOWN = 50;

/** The manifests that an index lists: an image for each platform, and attestations. */
export function Children({ name, version: { children } }: ChildrenProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns = useColumns(name);
  const { shown, more } = useCut(children, SHOWN);
  if (children.length === 0) return null;
  return (
    <Section title={t('version.children')} aside={format.number(children.length)}>
      <SimpleTable
        label={t('version.children')}
        rows={[...shown.entries()]}
        rowId={([n]) => String(n)}
        columns={columns}
      />
      {more}
    </Section>
  );
}

function useColumns(name: ImageName): Column<Child>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'platform',
      header: t('version.platform'),
      cell: ([, child]) => (
        <TextLink {...paths.manifest(name.workspace, name.image, child.digest)} fw={600} size="sm">
          <Kind child={child} />
        </TextLink>
      ),
    },
    {
      id: 'digest',
      header: t('version.digest'),
      from: 'sm',
      cell: ([, { digest }]) => <Digest value={digest} />,
    },
    {
      id: 'type',
      header: t('version.mediaType'),
      from: 'lg',
      cell: ([, { mediaType }]) => (
        <Text component="code" size="xs">
          <ForeignText text={mediaType} isBrief />
        </Text>
      ),
    },
  ];
}

/** The platform, or what it is instead of an image for one. */
function Kind({ child: { kind, platform } }: { readonly child: Child[1] }) {
  const { t } = useTranslation();
  if (kind !== 'image' && kind !== 'index') return t(`version.kinds.${kind}`);
  return platform === null ? t('version.noPlatform') : <ForeignText text={platform} isBrief />;
}
