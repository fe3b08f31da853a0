import { Box, SegmentedControl, Tabs, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImageName } from '../../api/images.ts';
import type { VersionView } from '../../api/versions.ts';
import { CopyLine } from '../../ui/copy-line.tsx';
import { loginCommands, type Pull, pullCommands } from '../../ui/pull-commands.ts';
import { Section } from '../../ui/section.tsx';
import { usePull } from '../image/pull.ts';

interface PullCommandsProps {
  readonly name: ImageName;
  readonly version: VersionView;
}

/** How to pull the version with each client, by its tag or by its digest. */
export function PullCommands({ name, version }: PullCommandsProps) {
  const { t } = useTranslation();
  const [by, setBy] = useState<'tag' | 'digest'>('tag');
  const pullOf = usePull(name);
  const { tag, digest } = version;
  const pull = pullOf(by === 'tag' && tag !== null ? tag : digest);
  const choice = tag !== null && (
    <SegmentedControl
      size="xs"
      aria-label={t('version.pullBy')}
      value={by}
      onChange={(next) => setBy(next === 'tag' ? 'tag' : 'digest')}
      data={[
        { value: 'tag', label: t('version.byTag') },
        { value: 'digest', label: t('version.byDigest') },
      ]}
    />
  );
  return (
    <Section title={t('version.pull')} aside={choice}>
      <ClientTabs pull={pull} />
    </Section>
  );
}

function ClientTabs({ pull }: { readonly pull: Pull }) {
  const { t } = useTranslation();
  const commands = pullCommands(pull);
  const login = loginCommands(pull);
  return (
    <Tabs defaultValue="docker" keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="docker">Docker</Tabs.Tab>
        <Tabs.Tab value="containerd">containerd</Tabs.Tab>
        <Tabs.Tab value="podman">Podman</Tabs.Tab>
      </Tabs.List>
      <Box mt="sm">
        <Tabs.Panel value="docker">
          <Step text={t('version.signIn')} value={login.docker} />
          <Step text={t('version.pull')} value={commands.docker} />
        </Tabs.Panel>
        <Tabs.Panel value="containerd">
          <Step text={t('version.pullAsks')} value={commands.containerd} />
        </Tabs.Panel>
        <Tabs.Panel value="podman">
          <Step text={t('version.signIn')} value={login.podman} />
          <Step text={t('version.pull')} value={commands.podman} />
        </Tabs.Panel>
      </Box>
    </Tabs>
  );
}

function Step({ text, value }: { readonly text: string; readonly value: string }) {
  return (
    <Box mb="sm">
      <Text size="sm" mb={4}>
        {text}
      </Text>
      <CopyLine value={value} label={text} />
    </Box>
  );
}
