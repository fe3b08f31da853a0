import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../../ui/code-block.tsx';
import { HelpSection, type RegistryProps } from './section.tsx';
import { pod, pullSecret, SERVICE_ACCOUNT } from './snippets.ts';

/** How Kubernetes workloads pull from this registry. */
export function Kubernetes({ registry }: RegistryProps) {
  const { t } = useTranslation();
  return (
    <HelpSection topic="kubernetes">
      <Text>{t('help.kubernetesSecret')}</Text>
      <CodeBlock title={t('help.onMachine')} code={pullSecret(registry)} />
      <Text>{t('help.kubernetesPod')}</Text>
      <CodeBlock title="pod.yaml" code={pod(registry)} />
      <Text>{t('help.kubernetesAccount')}</Text>
      <CodeBlock title={t('help.onMachine')} code={SERVICE_ACCOUNT} />
      <Text>{t('help.kubernetesNodes')}</Text>
    </HelpSection>
  );
}
