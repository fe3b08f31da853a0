import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../../ui/code-block.tsx';
import { HelpSection } from './section.tsx';
import { ctrAllPlatforms } from './snippets.ts';

/** Error messages of clients, each with the key of the advice. */
const FAILURES = {
  'unauthorized: authentication required': 'help.unauthorized',
  'denied: requested access to the resource is denied': 'help.denied',
  'name unknown: repository name not known to registry': 'help.nameUnknown',
  'toomanyrequests: too many failed sign-ins': 'help.tooMany',
  'server gave HTTP response to HTTPS client': 'help.gaveHttp',
  '413 Request Entity Too Large': 'help.tooLarge',
  'content digest sha256:…: not found': 'help.notFound',
} as const;

/** Error messages of clients, with advice for each. */
export function Failures() {
  const { t } = useTranslation();
  return (
    <HelpSection topic="failures">
      <Stack component="dl" gap="md" m={0}>
        {Object.entries(FAILURES).map(([message, key]) => (
          <div key={message}>
            <dt>
              <code>{message}</code>
            </dt>
            <Text component="dd" m={0}>
              {t(key)}
            </Text>
          </div>
        ))}
      </Stack>
      <CodeBlock title={t('help.onMachine')} code={ctrAllPlatforms} />
    </HelpSection>
  );
}
