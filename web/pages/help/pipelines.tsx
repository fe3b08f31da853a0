import { Tabs, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { paths } from '../../paths.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { TextLink } from '../../ui/link.tsx';
import { githubActions, gitlabCi, jenkins, shell } from './pipeline-files.ts';
import { type PlacedProps, Section } from './section.tsx';

const PIPELINES = {
  'GitHub Actions': { file: '.github/workflows/image.yml', code: githubActions },
  'GitLab CI': { file: '.gitlab-ci.yml', code: gitlabCi },
  Jenkins: { file: 'Jenkinsfile', code: jenkins },
  Shell: { file: 'push.sh', code: shell },
} as const;

/** How pipelines push here. */
export function Pipelines({ place }: PlacedProps) {
  const { t } = useTranslation();
  return (
    <Section topic="pipelines">
      <Text>
        {t('help.pipelinesText')}{' '}
        <TextLink underline="always" {...paths.account({ tab: 'tokens' })}>
          {t('tokens.title')}
        </TextLink>
      </Text>
      <Tabs defaultValue="GitHub Actions" keepMounted={false}>
        <Tabs.List mb="sm">
          {Object.keys(PIPELINES).map((name) => (
            <Tabs.Tab key={name} value={name}>
              {name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {Object.entries(PIPELINES).map(([name, { file, code }]) => (
          <Tabs.Panel key={name} value={name}>
            <CodeBlock title={file} code={code(place)} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Section>
  );
}
