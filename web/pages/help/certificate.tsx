import { Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../../ui/code-block.tsx';
import { HelpSection, type RegistryProps } from './section.tsx';
import {
  CONTAINERD_RESTART,
  ctrWithHosts,
  dockerCa,
  HOSTS_DIRECTORY,
  hostsUnverified,
  hostsWithCa,
  oldContainerd,
} from './snippets.ts';

/** x509 errors: the machine does not know the certificate authority. */
export function Certificate({ registry }: RegistryProps) {
  const { t } = useTranslation();
  const file = `/etc/containerd/certs.d/${registry.host}/hosts.toml`;
  return (
    <HelpSection topic="certificate">
      <Text>{t('help.certificateText')}</Text>
      <CodeBlock title={t('help.message')} code="x509: certificate signed by unknown authority" />
      <Title order={3} size="h5">
        {t('help.trustDocker')}
      </Title>
      <Text>{t('help.trustDockerText')}</Text>
      <CodeBlock title={t('help.onMachine')} code={dockerCa(registry)} />
      <Title order={3} size="h5">
        {t('help.trustContainerd')}
      </Title>
      <Text>{t('help.trustContainerdText')}</Text>
      <CodeBlock title="/etc/containerd/config.toml" code={HOSTS_DIRECTORY} />
      <CodeBlock title={file} code={hostsWithCa(registry)} />
      <Text>{t('help.unverified')}</Text>
      <CodeBlock title={file} code={hostsUnverified(registry)} />
      <Text>{t('help.ctrReadsNone')}</Text>
      <CodeBlock title={t('help.onMachine')} code={ctrWithHosts(registry)} />
      <Title order={3} size="h5">
        {t('help.oldContainerd')}
      </Title>
      <Text>{t('help.oldContainerdText')}</Text>
      <CodeBlock title="/etc/containerd/config.toml" code={oldContainerd(registry)} />
      <CodeBlock title={t('help.onMachine')} code={CONTAINERD_RESTART} />
    </HelpSection>
  );
}
