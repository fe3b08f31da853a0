import { SegmentedControl, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { projectUsername } from '../../../src/domain/project-credential.ts';
import type { ImageName } from '../../api/images.ts';
import { useMe } from '../../api/session.ts';
import { manifestQuery, type VersionView } from '../../api/versions.ts';
import { workspaceQuery } from '../../api/workspaces.ts';
import type { DeployedImage } from '../../deploy/image.ts';
import { lazyPart } from '../../lazy-part.ts';
import { Section } from '../../ui/section.tsx';

/** The texts need a YAML writer, which no other part of the console does. */
const DeployTabs = lazyPart(async () => (await import('./deploy-tabs.tsx')).DeployTabs);

interface DeployProps {
  readonly name: ImageName;
  readonly version: VersionView;
}

/** Texts to copy that run the version elsewhere; only images run. */
export function Deploy(props: DeployProps) {
  const { kind } = props.version;
  return kind === 'image' || kind === 'index' ? <DeployImage {...props} /> : null;
}

function DeployImage({ name, version }: DeployProps) {
  const { t } = useTranslation();
  const [by, setBy] = useState<'tag' | 'digest'>('tag');
  const config = useConfig(name, version);
  const { tag, digest } = version;
  const image: DeployedImage = {
    host: window.location.host,
    isPlain: window.location.protocol === 'http:',
    name: `${name.workspace}/${name.image}`,
    ...{ tag, digest, by, config },
  };
  const choice = tag !== null && (
    <SegmentedControl
      size="xs"
      aria-label={t('deploy.by')}
      value={by}
      onChange={setBy}
      data={[
        { value: 'tag', label: t('version.byTag') },
        { value: 'digest', label: t('version.byDigest') },
      ]}
    />
  );
  return (
    <Section title={t('deploy.title')} aside={choice}>
      <Suspense fallback={<Skeleton height={320} />}>
        <DeployTabs image={image} platforms={version.platforms} {...usePullLogin(name)} />
      </Suspense>
    </Section>
  );
}

/** The config of the image; for an index that of its first image. */
function useConfig(name: ImageName, { config, children }: VersionView) {
  const first = children.find(({ kind }) => kind === 'image');
  const { data } = useQuery({
    ...manifestQuery(name, first?.digest ?? ''),
    enabled: config === null && first !== undefined,
  });
  return config ?? data?.config ?? null;
}

/**
 * Who clusters sign in as: the project's push credential, or the user where the workspace is
 * another project's. The password is left for the user to fill in.
 */
function usePullLogin({ workspace }: ImageName) {
  const { name } = useMe();
  const { data } = useQuery({ ...workspaceQuery(workspace), retry: false });
  const username = data ? projectUsername(data.project.id) : name;
  return { login: { username, password: 'PASSWORD' }, isOwn: data === undefined };
}
