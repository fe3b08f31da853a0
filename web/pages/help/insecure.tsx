import { Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../../ui/code-block.tsx';
import { HelpSection, type RegistryProps } from './section.tsx';
import { DOCKER_RESTART, dockerInsecure, hostsPlain } from './snippets.ts';

/** A host without https, or with a certificate that cannot be installed. */
export function Insecure({ registry }: RegistryProps) {
  const { t } = useTranslation();
  return (
    <HelpSection topic="insecure">
      <Text>{t('help.insecureText')}</Text>
      <Title order={3} size="h5">
        Docker
      </Title>
      <Text>{t('help.insecureDocker')}</Text>
      <CodeBlock title="/etc/docker/daemon.json" code={dockerInsecure(registry)} />
      <CodeBlock title={t('help.onMachine')} code={DOCKER_RESTART} />
      <Title order={3} size="h5">
        containerd
      </Title>
      <Text>{t('help.insecureContainerd')}</Text>
      <CodeBlock
        title={`/etc/containerd/certs.d/${registry.host}/hosts.toml`}
        code={hostsPlain(registry)}
      />
    </HelpSection>
  );
}
