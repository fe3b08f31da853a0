import { Alert, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import {
  copyCommands,
  PLATFORM,
  registryLogin,
  workerCode,
  wranglerConfig,
} from '../../deploy/cloudflare.ts';
import type { DeployedImage } from '../../deploy/image.ts';
import { CodeBlock } from '../../ui/code-block.tsx';

interface CloudflareTextsProps {
  readonly image: DeployedImage;
  readonly platforms: readonly string[];
}

/** How the image is copied to Cloudflare's registry, and the Worker that runs it. */
export function CloudflareTexts({ image, platforms }: CloudflareTextsProps) {
  const { t } = useTranslation();
  const commands = copyCommands(image);
  const today = new Date().toISOString().slice(0, 'YYYY-MM-DD'.length);
  const isOther = platforms.length > 0 && !platforms.includes(PLATFORM);
  return (
    <Stack gap="sm">
      {isOther && (
        <Alert color="yellow">
          {t('deploy.wrongPlatform', { platform: platforms.join(', ') })}
        </Alert>
      )}
      <Text size="sm">{t('deploy.cloudflareText', { platform: PLATFORM })}</Text>
      <CodeBlock title={t('deploy.cloudflareLogin')} code={registryLogin()} />
      <Text size="sm">{t('deploy.copy')}</Text>
      <CodeBlock title="skopeo" code={commands.skopeo} />
      <CodeBlock title="crane" code={commands.crane} />
      <CodeBlock title="wrangler.jsonc" code={wranglerConfig(image, today)} />
      <CodeBlock title="src/index.js" code={workerCode(image)} />
      <CodeBlock
        title={t('deploy.deployLine')}
        code={'npm install @cloudflare/containers\nnpx wrangler deploy'}
      />
    </Stack>
  );
}
