import { Tabs, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { paths } from '../../paths.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { TextLink } from '../../ui/link.tsx';
import { githubActions, gitlabCi, jenkins, shell } from './pipeline-files.ts';
import { HelpSection, type RegistryProps } from './section.tsx';

const PIPELINES = {
  github: { name: 'GitHub Actions', file: '.github/workflows/image.yml', code: githubActions },
  gitlab: { name: 'GitLab CI', file: '.gitlab-ci.yml', code: gitlabCi },
  jenkins: { name: 'Jenkins', file: 'Jenkinsfile', code: jenkins },
  shell: { name: 'Shell', file: 'push.sh', code: shell },
} as const;

/** How pipelines push to this registry. */
export function Pipelines({ registry }: RegistryProps) {
  const { t } = useTranslation();
  return (
    <HelpSection topic="pipelines">
      <Text>
        {t('help.pipelinesText')}{' '}
        <TextLink underline="always" {...paths.account({ tab: 'tokens' })}>
          {t('tokens.title')}
        </TextLink>
      </Text>
      <Tabs defaultValue="github" keepMounted={false}>
        <Tabs.List mb="sm">
          {Object.entries(PIPELINES).map(([key, { name }]) => (
            <Tabs.Tab key={key} value={key}>
              {name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {Object.entries(PIPELINES).map(([key, { file, code }]) => (
          <Tabs.Panel key={key} value={key}>
            <CodeBlock title={file} code={code(registry)} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </HelpSection>
  );
}
