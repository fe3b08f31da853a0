import { Code, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { VersionView } from '../../api/versions.ts';
import { type Fact, FactList, Pairs } from '../../ui/facts.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { useFormat } from '../../ui/format.ts';
import { AllBadges } from '../../ui/platforms.tsx';
import { Section } from '../../ui/section.tsx';

/** How the image runs, as its config says. */
export function ConfigSection({ version: { config } }: { readonly version: VersionView }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (config === null) return null;
  const { entrypoint, cmd, user, workingDir, ports, volumes, createdAt, author } = config;
  const facts: (Fact | false)[] = [
    entrypoint.length > 0 && { label: t('version.entrypoint'), value: <Words of={entrypoint} /> },
    cmd.length > 0 && { label: t('version.cmd'), value: <Words of={cmd} /> },
    {
      label: t('version.user'),
      value: (
        <code>
          <ForeignText text={user ?? 'root'} />
        </code>
      ),
    },
    {
      label: t('version.workingDir'),
      value: (
        <code>
          <ForeignText text={workingDir ?? '/'} />
        </code>
      ),
    },
    ports.length > 0 && { label: t('version.ports'), value: <AllBadges names={ports} /> },
    volumes.length > 0 && { label: t('version.volumes'), value: <AllBadges names={volumes} /> },
    {
      label: t('version.builtAt'),
      value: createdAt === null ? t('version.notSet') : format.dateTime(createdAt),
    },
    author !== null && { label: t('version.author'), value: <ForeignText text={author} /> },
  ];
  const env = config.env.map((line) => splitOnce(line));
  return (
    <Section title={t('version.config')}>
      <FactList facts={facts.filter((fact) => fact !== false)} />
      <Named title={t('version.env')} pairs={env} />
      <Named title={t('version.labels')} pairs={Object.entries(config.labels)} />
    </Section>
  );
}

interface NamedProps {
  readonly title: string;
  readonly pairs: readonly (readonly [string, string])[];
}

function Named({ title, pairs }: NamedProps) {
  if (pairs.length === 0) return null;
  return (
    <>
      <Title order={3} size="h6" mt="md" mb={4}>
        {title}
      </Title>
      <Pairs pairs={pairs} />
    </>
  );
}

/** Arguments as a JSON array, so that spaces in them can be seen. */
function Words({ of }: { readonly of: readonly string[] }) {
  return (
    <Code>
      <ForeignText text={JSON.stringify(of)} />
    </Code>
  );
}

function splitOnce(line: string): readonly [string, string] {
  const at = line.indexOf('=');
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
}
