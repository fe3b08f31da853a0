import { Stack, Tabs, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { paths } from '../../paths.ts';
import { CopyLine } from '../../ui/copy-line.tsx';
import { TextLink } from '../../ui/link.tsx';
import { HIDDEN } from '../projects/credential.tsx';
import { ctrCommands, dockerCommands, type Push } from './commands.ts';

interface ClientTabsProps {
  readonly push: Push;
  /** Whether the password is shown. */
  readonly isShown: boolean;
}

/** The commands for each client, step by step. */
export function ClientTabs({ push, isShown }: ClientTabsProps) {
  const { t } = useTranslation();
  return (
    <Tabs defaultValue="containerd" keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="containerd">Containerd</Tabs.Tab>
        <Tabs.Tab value="docker">Docker</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="containerd" pt="sm">
        <Containerd push={push} isShown={isShown} />
      </Tabs.Panel>
      <Tabs.Panel value="docker" pt="sm">
        <Docker push={push} isShown={isShown} />
      </Tabs.Panel>
      <Text size="sm" c="dimmed" mt="sm">
        {t('push.mustReach', { host: push.host })}{' '}
        <TextLink underline="always" {...paths.help(push.isPlain ? 'insecure' : 'certificate')}>
          {t('push.toHelp')}
        </TextLink>
      </Text>
    </Tabs>
  );
}

function Containerd({ push, isShown }: ClientTabsProps) {
  const { t } = useTranslation();
  const commands = ctrCommands(push);
  const hide = hider(push, isShown);
  return (
    <Stack gap="sm">
      <Text size="sm">{t('push.needsContainerd')}</Text>
      <Step text={t('push.stepTag')} value={commands.tag} />
      <Step text={t('push.stepPush')} value={commands.push} shown={hide(commands.push)} />
      {!push.isPlain && <Text size="sm">{t('push.skipVerify')}</Text>}
    </Stack>
  );
}

function Docker({ push, isShown }: ClientTabsProps) {
  const { t } = useTranslation();
  const commands = dockerCommands(push);
  const hide = hider(push, isShown);
  return (
    <Stack gap="sm">
      <Text size="sm">{t('push.needsDocker')}</Text>
      <Step text={t('push.stepLogin')} value={commands.login} shown={hide(commands.login)} />
      <Step
        text={t('push.stepSafeLogin')}
        value={commands.safeLogin}
        shown={hide(commands.safeLogin)}
      />
      <Step text={t('push.stepTag')} value={commands.tag} />
      <Step text={t('push.stepPush')} value={commands.push} />
    </Stack>
  );
}

interface StepProps {
  readonly text: string;
  readonly value: string;
  readonly shown?: string;
}

function Step({ text, value, ...shown }: StepProps) {
  return (
    <div>
      <Text size="sm" mb={4}>
        {text}
      </Text>
      <CopyLine value={value} label={text} {...shown} />
    </div>
  );
}

function hider({ password }: Push, isShown: boolean): (command: string) => string {
  return (command) => (isShown ? command : command.replaceAll(password, HIDDEN));
}
