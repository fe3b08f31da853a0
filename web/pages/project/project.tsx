import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { isMissing } from '../../api/error.ts';
import { type Project, projectQuery } from '../../api/projects.ts';
import { mayWorkIn, roleIn, useMe } from '../../api/session.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { paths } from '../../paths.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Missing } from '../../ui/missing.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { TriggersTab } from '../triggers/triggers-tab.tsx';
import { CredentialTab } from './credential-tab.tsx';
import { MembersTab } from './members-tab.tsx';
import { ProjectMenu } from './menu.tsx';
import { ProtectionTab } from './protection-tab.tsx';
import { RobotsTab } from './robots-tab.tsx';
import { WorkspacesTab } from './workspaces-tab.tsx';

const route = getRouteApi('/signed-in/projects/$projectId');

/** A project: its members, its push credential, its workspaces and what protects it. */
export function ProjectScreen() {
  const { t } = useTranslation();
  const me = useMe();
  const message = useErrorMessage();
  const id = Number(route.useParams().projectId);
  const { data: project, error, refetch } = useQuery(projectQuery(id));
  if (isMissing(error)) return <Missing />;
  if (error && !project) {
    return <ErrorState message={message(error)} onRetry={() => void refetch()} />;
  }
  return (
    <>
      <PageHeader
        title={project?.name ?? t('common.loading')}
        text={project && t('projects.inDepartment', { name: project.department.name })}
      >
        {project && roleIn(me, id) === 'owner' && <ProjectMenu project={project} />}
      </PageHeader>
      {project && <ProjectTabs project={project} />}
    </>
  );
}

function ProjectTabs({ project }: { readonly project: Project }) {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const { tab = 'members' } = route.useSearch();
  const { id } = project;
  const mayPush = mayWorkIn(me, id);
  const isOwner = roleIn(me, id) === 'owner';
  const choose = (next: string | null) =>
    void navigate({ ...paths.project(id, { tab: next as typeof tab }), replace: true });
  return (
    <Tabs value={tab} onChange={choose} keepMounted={false}>
      <Tabs.List mb="md">
        <Tabs.Tab value="members">{t('projects.members')}</Tabs.Tab>
        {mayPush && <Tabs.Tab value="credential">{t('credential.title')}</Tabs.Tab>}
        {isOwner && <Tabs.Tab value="robots">{t('robots.title')}</Tabs.Tab>}
        <Tabs.Tab value="workspaces">{t('common.workspaces')}</Tabs.Tab>
        {isOwner && <Tabs.Tab value="triggers">{t('triggers.title')}</Tabs.Tab>}
        <Tabs.Tab value="protection">{t('projects.protection')}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="members">
        <MembersTab project={project} canManage={isOwner} />
      </Tabs.Panel>
      {mayPush && (
        <Tabs.Panel value="credential">
          <CredentialTab project={project} canRotate={isOwner} />
        </Tabs.Panel>
      )}
      {isOwner && (
        <Tabs.Panel value="robots">
          <RobotsTab projectId={id} />
        </Tabs.Panel>
      )}
      <Tabs.Panel value="workspaces">
        <WorkspacesTab project={project} />
      </Tabs.Panel>
      {isOwner && (
        <Tabs.Panel value="triggers">
          <TriggersTab projectId={id} workspace="" />
        </Tabs.Panel>
      )}
      <Tabs.Panel value="protection">
        <ProtectionTab project={project} mayEdit={isOwner} />
      </Tabs.Panel>
    </Tabs>
  );
}
