import { Grid, Skeleton, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { isMissing } from '../../api/error.ts';
import type { ImageName } from '../../api/images.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import type { VersionView } from '../../api/versions.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Missing } from '../../ui/missing.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Accessories } from './accessories.tsx';
import { Annotations } from './annotations.tsx';
import { Children } from './children.tsx';
import { ConfigSection } from './config.tsx';
import { Deploy } from './deploy.tsx';
import { VersionFacts } from './facts.tsx';
import { titleOf, VersionHeader } from './header.tsx';
import { Layers } from './layers.tsx';
import { ManifestText } from './manifest-text.tsx';
import { PullCommands } from './pull.tsx';
import { Referrers } from './referrers.tsx';

interface VersionScreenProps {
  readonly name: ImageName;
  /** The tag or the digest in the address. */
  readonly reference: string;
  readonly query: UseQueryResult<VersionView>;
}

/** A manifest and all its parts, whether found by tag or by digest. */
export function ManifestDetails({ name, reference, query }: VersionScreenProps) {
  const message = useErrorMessage();
  const { data, error, refetch } = query;
  if (error && isMissing(error)) return <Missing />;
  if (error && !data) return <ErrorState message={message(error)} onRetry={() => void refetch()} />;
  if (!data) return <Waiting title={titleOf(name, reference)} />;
  return (
    <>
      <VersionHeader name={name} reference={reference} version={data} />
      <Stack gap="md">
        <Grid align="stretch">
          <Grid.Col span={{ base: 12, lg: 6 }}>
            <VersionFacts name={name} version={data} />
          </Grid.Col>
          <Grid.Col span={{ base: 12, lg: 6 }}>
            <PullCommands name={name} version={data} />
          </Grid.Col>
        </Grid>
        <Deploy name={name} version={data} />
        <Children name={name} version={data} />
        <Layers version={data} />
        <ConfigSection version={data} />
        <Referrers name={name} version={data} />
        <Accessories name={name} version={data} />
        <Annotations version={data} />
        <ManifestText version={data} />
      </Stack>
    </>
  );
}

function Waiting({ title }: { readonly title: string }) {
  return (
    <>
      <PageHeader title={title} text={<Skeleton height={24} width={200} />} />
      <Grid>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Skeleton height={320} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Skeleton height={320} />
        </Grid.Col>
      </Grid>
    </>
  );
}
