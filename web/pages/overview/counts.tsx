import { Paper, SimpleGrid, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Overview } from '../../api/overview.ts';
import { useFormat } from '../../ui/format.ts';

/** What is counted, in order, each with the key of its name. */
const NAMES = {
  images: 'overview.images',
  versions: 'overview.versions',
  workspaces: 'common.workspaces',
  projects: 'common.projects',
  departments: 'common.departments',
  users: 'common.users',
} as const;

/** How many images, versions, workspaces and so on there are. */
export function Counts({ counts }: Pick<Overview, 'counts'>) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <SimpleGrid component="dl" cols={{ base: 2, xs: 3, lg: 6 }} m={0}>
      {(Object.keys(NAMES) as (keyof typeof NAMES)[]).map((name) => (
        <Paper key={name} withBorder p="md">
          <Text component="dt" size="sm" c="dimmed">
            {t(NAMES[name])}
          </Text>
          <Text component="dd" fz={26} fw={700} lh={1.3} m={0}>
            {format.number(counts[name])}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  );
}
