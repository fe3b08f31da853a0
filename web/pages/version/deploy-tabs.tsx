import { Stack, Tabs, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { helmValues } from '../../deploy/helm.ts';
import type { DeployedImage, PullLogin } from '../../deploy/image.ts';
import {
  cronJobManifest,
  deploymentManifest,
  podManifest,
  secretCommand,
  secretManifest,
} from '../../deploy/kubernetes.ts';
import {
  configToml,
  daemonJson,
  dockerRunCommands,
  hostsPath,
  hostsToml,
} from '../../deploy/runtimes.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { CloudflareTexts } from './deploy-cloudflare.tsx';

interface KubernetesProps {
  readonly image: DeployedImage;
  readonly login: PullLogin;
  /** Whether the login is the user's, not the project's. */
  readonly isOwn: boolean;
}

interface DeployTabsProps extends KubernetesProps {
  readonly platforms: readonly string[];
}

/** The texts for each place that an image runs at. */
export function DeployTabs({ platforms, ...props }: DeployTabsProps) {
  const { image, login } = props;
  return (
    <Tabs defaultValue="kubernetes" keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="kubernetes">Kubernetes</Tabs.Tab>
        <Tabs.Tab value="containerd">containerd</Tabs.Tab>
        <Tabs.Tab value="docker">Docker</Tabs.Tab>
        <Tabs.Tab value="helm">Helm</Tabs.Tab>
        <Tabs.Tab value="cloudflare">Cloudflare Containers</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="kubernetes" pt="sm">
        <Kubernetes {...props} />
      </Tabs.Panel>
      <Tabs.Panel value="containerd" pt="sm">
        <Containerd image={image} />
      </Tabs.Panel>
      <Tabs.Panel value="docker" pt="sm">
        <Docker image={image} login={login} />
      </Tabs.Panel>
      <Tabs.Panel value="helm" pt="sm">
        <Helm image={image} />
      </Tabs.Panel>
      <Tabs.Panel value="cloudflare" pt="sm">
        <CloudflareTexts image={image} platforms={platforms} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Kubernetes({ image, login, isOwn }: KubernetesProps) {
  const { t } = useTranslation();
  return (
    <Tabs defaultValue="deployment" variant="pills" keepMounted={false}>
      <Tabs.List aria-label={t('deploy.kinds')}>
        {(['deployment', 'pod', 'cronJob', 'secret'] as const).map((kind) => (
          <Tabs.Tab key={kind} value={kind}>
            {t(`deploy.${kind}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="deployment" pt="sm">
        <CodeBlock title="deployment.yaml" code={deploymentManifest(image)} />
      </Tabs.Panel>
      <Tabs.Panel value="pod" pt="sm">
        <CodeBlock title="pod.yaml" code={podManifest(image)} />
      </Tabs.Panel>
      <Tabs.Panel value="cronJob" pt="sm">
        <Stack gap="sm">
          <Text size="sm">{t('deploy.cronText')}</Text>
          <CodeBlock title="cronjob.yaml" code={cronJobManifest(image)} />
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="secret" pt="sm">
        <Stack gap="sm">
          <Text size="sm">
            {t('deploy.secretText')} {t(isOwn ? 'deploy.ownLogin' : 'deploy.projectLogin')}
          </Text>
          <CodeBlock title="secret.yaml" code={secretManifest(image, login)} />
          <CodeBlock title="kubectl" code={secretCommand(image, login)} />
        </Stack>
      </Tabs.Panel>
    </Tabs>
  );
}

function Containerd({ image }: { readonly image: DeployedImage }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Text size="sm">{t('deploy.hosts')}</Text>
      <CodeBlock title={hostsPath(image)} code={hostsToml(image)} />
      <CodeBlock title={t('deploy.configNew')} code={configToml(2)} />
      <CodeBlock title={t('deploy.configOld')} code={configToml(1)} />
      <Text size="sm">{t('deploy.restart')}</Text>
    </Stack>
  );
}

function Docker({ image, login }: Omit<KubernetesProps, 'isOwn'>) {
  const { t } = useTranslation();
  const daemon = daemonJson(image);
  const commands = dockerRunCommands(image, login);
  const path = `/etc/docker/certs.d/${image.host}/ca.crt`;
  return (
    <Stack gap="sm">
      {daemon === null ? (
        <Text size="sm">{t('deploy.noDaemon', { path })}</Text>
      ) : (
        <CodeBlock title="/etc/docker/daemon.json" code={daemon} />
      )}
      <CodeBlock title={t('deploy.dockerLogin')} code={commands.login} />
      <CodeBlock title={t('deploy.dockerRun')} code={commands.run} />
    </Stack>
  );
}

function Helm({ image }: { readonly image: DeployedImage }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Text size="sm">{t('deploy.helmText')}</Text>
      <CodeBlock title="values.yaml" code={helmValues(image)} />
    </Stack>
  );
}
