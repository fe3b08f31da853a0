import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ImageName } from '../../api/images.ts';
import type { VersionView } from '../../api/versions.ts';
import { paths } from '../../paths.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { shortDigest } from '../../ui/digest.tsx';
import { type Fact, FactList } from '../../ui/facts.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { useFormat } from '../../ui/format.ts';
import { TextLink } from '../../ui/link.tsx';
import { AllBadges } from '../../ui/platforms.tsx';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';

interface VersionFactsProps {
  readonly name: ImageName;
  readonly version: VersionView;
}

/** The main facts about a version. */
export function VersionFacts({ name, version }: VersionFactsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { digest, mediaType, kind, artifactType, platforms, subject } = version;
  const { lastPulledAt, lastUsedAt } = version;
  const facts: (Fact | false)[] = [
    { label: t('version.digest'), value: <WholeDigest digest={digest} /> },
    { label: t('version.kind'), value: t(`version.kinds.${kind}`) },
    {
      label: t('version.mediaType'),
      value: (
        <code>
          <ForeignText text={mediaType} />
        </code>
      ),
    },
    // For an image it is the media type of its config, which is of no use here.
    artifactType !== null &&
      version.config === null && {
        label: t('version.artifactType'),
        value: (
          <code>
            <ForeignText text={artifactType} />
          </code>
        ),
      },
    platforms.length > 0 && {
      label: t('image.platforms'),
      value: <AllBadges names={platforms} />,
    },
    { label: t('images.size'), value: format.bytes(version.size) },
    {
      label: t('image.pushed'),
      value: (
        <>
          <Time value={version.pushedAt} />
          {version.pushedBy !== null && ` · ${version.pushedBy}`}
        </>
      ),
    },
    { label: t('image.pulls'), value: format.number(version.pulls) },
    {
      label: t('image.lastPulled'),
      value: lastPulledAt === null ? t('common.never') : <Time value={lastPulledAt} />,
    },
    {
      label: t('image.lastUsed'),
      value: lastUsedAt === null ? t('common.never') : <Time value={lastUsedAt} />,
    },
    subject !== null && {
      label: t('version.subject'),
      value: (
        <TextLink {...paths.manifest(name.workspace, name.image, subject)} className="mono">
          {shortDigest(subject)}
        </TextLink>
      ),
    },
  ];
  return (
    <Section title={t('version.facts')}>
      <FactList facts={facts.filter((fact) => fact !== false)} />
    </Section>
  );
}

function WholeDigest({ digest }: { readonly digest: string }) {
  const { t } = useTranslation();
  return (
    <>
      <Text component="code" size="sm" className="mono">
        {digest}
      </Text>
      <CopyButton value={digest} label={t('version.digest')} />
    </>
  );
}
