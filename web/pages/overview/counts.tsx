import { Paper, SimpleGrid, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Overview } from '../../api/overview.ts';
import { useFormat } from '../../ui/format.ts';

/** What is counted, with the key of its name; in the order it is shown in. */
const NAMES = {
  images: 'overview.images',
  versions: 'overview.versions',
  workspaces: 'common.workspaces',
  projects: 'common.projects',
  departments: 'common.departments',
  users: 'common.users',
} as const;

/** How much there is of everything. */
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
