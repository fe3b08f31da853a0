import { Badge, Group, Text } from '@mantine/core';
import { ForeignText } from './foreign-text.tsx';
import { useCut } from './use-cut.tsx';

/** Platforms that a list shows; the rest is counted. */
const LISTED = 3;

/** Platforms that a page shows at first. */
const SHOWN = 20;

interface PlatformsProps {
  readonly names: readonly string[];
}

/** The first platforms as badges, `linux/amd64`, and how many more there are. */
export function Platforms({ names }: PlatformsProps) {
  const rest = names.length - LISTED;
  return (
    <Group gap={4}>
      <Badges names={names.slice(0, LISTED)} />
      {rest > 0 && (
        <Text size="xs" c="dimmed">
          +{rest}
        </Text>
      )}
    </Group>
  );
}

/** All of a list of short names as badges; of a long one the beginning, with a button. */
export function AllBadges({ names }: PlatformsProps) {
  const { shown, more } = useCut(names, SHOWN);
  return (
    <>
      <Group gap={4}>
        <Badges names={shown} />
      </Group>
      {more}
    </>
  );
}

function Badges({ names }: PlatformsProps) {
  return [...names.entries()].map(([n, name]) => (
    <Badge key={n} variant="default" tt="none" fw={500} maw="100%">
      <ForeignText text={name} isBrief />
    </Badge>
  ));
}
