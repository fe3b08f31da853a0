import { Grid, Skeleton } from '@mantine/core';
import { PageHeader } from '../../ui/page-header.tsx';

/** Placeholder of an image's screen, of the same height. */
export function WaitingImage({ title }: { readonly title: string }) {
  return (
    <>
      <PageHeader title={title} text={<Skeleton height={24} width={200} />} />
      <Skeleton height={38} />
      <Grid mt="md">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Skeleton height={280} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Skeleton height={280} />
        </Grid.Col>
      </Grid>
    </>
  );
}
