import { Alert, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { credentialQuery, type Project } from '../../api/projects.ts';
import { roleIn, useMe } from '../../api/session.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { workspaceChoicesQuery } from '../../api/workspaces.ts';
import { paths } from '../../paths.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { TextLink } from '../../ui/link.tsx';
import { CredentialPanel } from '../projects/credential.tsx';
import { ClientTabs } from './client-tabs.tsx';
import { isImageName, isSource, isTag, suggest } from './commands.ts';
import { NameFields } from './name-fields.tsx';
import { PlaceFields } from './place-fields.tsx';

interface PushFormProps {
  /** Those that the person may push to. */
  readonly projects: readonly Project[];
  readonly firstProject: Project;
  readonly firstWorkspace?: string;
  readonly firstImage?: string;
}

/** What to push and where to; below it, the commands for it as far as that is known. */
export function PushForm({ projects, firstProject, firstWorkspace, firstImage }: PushFormProps) {
  const { t } = useTranslation();
  const me = useMe();
  const message = useErrorMessage();
  const [project, setProject] = useState(firstProject);
  const [chosen, setChosen] = useState(firstWorkspace);
  const [source, setSource] = useState('nginx:latest');
  const [named, setNamed] = useState<string | undefined>(firstImage);
  const [tagged, setTagged] = useState<string>();
  const [isShown, setShown] = useState(false);
  const workspaces = useQuery(workspaceChoicesQuery(me, project.id));
  const credential = useQuery(credentialQuery(project.id));

  const names = workspaces.data?.map(({ name }) => name);
  const workspace = names?.find((name) => name === chosen) ?? names?.[0];
  const image = named ?? suggest(source).image;
  const tag = tagged ?? suggest(source).tag;
  const isReady = isSource(source) && isImageName(image) && isTag(tag);
  const error = workspaces.error ?? credential.error;
  const retry = () => void Promise.all([workspaces.refetch(), credential.refetch()]);
  return (
    <Stack>
      <PlaceFields
        projects={projects}
        project={project}
        onProject={setProject}
        workspaces={names}
        workspace={workspace}
        onWorkspace={setChosen}
      />
      <NameFields
        source={source}
        onSource={setSource}
        image={image}
        onImage={setNamed}
        tag={tag}
        onTag={setTagged}
      />
      {error && <ErrorState message={message(error)} onRetry={retry} />}
      {names?.length === 0 && (
        <Alert color="yellow" title={t('push.noWorkspaceTitle', { name: project.name })}>
          <TextLink {...paths.workspaces()}>{t('push.noWorkspaceText')}</TextLink>
        </Alert>
      )}
      {credential.data ? (
        <CredentialPanel
          project={project}
          credential={credential.data}
          isShown={isShown}
          onToggle={() => setShown(!isShown)}
          canRotate={roleIn(me, project.id) === 'owner'}
        />
      ) : (
        !error && <Skeleton height={104} />
      )}
      {credential.data && workspace && isReady && (
        <ClientTabs
          isShown={isShown}
          push={{ ...credential.data, ...reach(), source, workspace, image, tag }}
        />
      )}
      {workspace && !isReady && <Text c="dimmed">{t('push.notReady')}</Text>}
    </Stack>
  );
}

/** How clients reach the registry: at the address that this page came from. */
function reach() {
  const { host, protocol } = window.location;
  return { host, isPlain: protocol === 'http:' };
}
