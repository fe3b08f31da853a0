import { Alert, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { credentialQuery, type Project } from '../../api/projects.ts';
import { roleIn, useMe } from '../../api/session.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { paths } from '../../paths.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { TextLink } from '../../ui/link.tsx';
import { CredentialPanel } from '../projects/credential.tsx';
import { ClientTabs } from './client-tabs.tsx';
import { NameFields, usePushNames } from './name-fields.tsx';
import { usePlaceChoice } from './place-choice.ts';
import { PlaceFields } from './place-fields.tsx';
import { LoginMaker } from './temporary-login.tsx';

interface PushFormProps {
  /** The projects that the user may push to. */
  readonly projects: readonly Project[];
  readonly firstProject: Project;
  readonly firstWorkspace?: string;
  readonly firstImage?: string;
}

/** What to push and where to, and below it the commands, as soon as that is complete. */
export function PushForm({ projects, firstProject, firstWorkspace, firstImage }: PushFormProps) {
  const { t } = useTranslation();
  const me = useMe();
  const message = useErrorMessage();
  const place = usePlaceChoice(firstProject, firstWorkspace);
  const names = usePushNames(firstImage);
  const [isShown, setShown] = useState(false);
  const { project, workspace } = place;
  const { source, image, tag } = names;
  const credential = useQuery(credentialQuery(project.id));
  const error = place.error ?? credential.error;
  const retry = () => void Promise.all([place.refetch(), credential.refetch()]);
  return (
    <Stack>
      <PlaceFields projects={projects} place={place} />
      <NameFields names={names} />
      {error && <ErrorState message={message(error)} onRetry={retry} />}
      {place.workspaces?.length === 0 && (
        <Alert color="yellow" title={t('push.noWorkspaceTitle', { name: project.name })}>
          <TextLink {...paths.workspaces()}>{t('push.noWorkspaceText')}</TextLink>
        </Alert>
      )}
      {!credential.data && !error && <Skeleton height={104} />}
      {credential.data && (
        <CredentialPanel
          project={project}
          credential={credential.data}
          isShown={isShown}
          onToggle={() => setShown(!isShown)}
          canRotate={roleIn(me, project.id) === 'owner'}
        />
      )}
      {credential.data && workspace && names.areValid && (
        <ClientTabs
          isShown={isShown}
          push={{ ...credential.data, ...reach(), source, workspace, image, tag }}
        />
      )}
      {workspace && !names.areValid && <Text c="dimmed">{t('push.notReady')}</Text>}
      <LoginMaker />
    </Stack>
  );
}

/** How clients reach the registry: at the address that this page came from. */
function reach() {
  const { host, protocol } = window.location;
  return { host, isPlain: protocol === 'http:' };
}
