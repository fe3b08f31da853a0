import { Badge, Group, Text } from '@mantine/core';

/** Platforms that are spelled out before the rest is only counted. */
const SHOWN = 3;

/** What something runs on: `linux/amd64`. */
export function Platforms({ names }: { readonly names: readonly string[] }) {
  const rest = names.slice(SHOWN);
  return (
    <Group gap={4}>
      {names.slice(0, SHOWN).map((name) => (
        <Badge key={name} variant="default" tt="none" fw={500} miw="max-content">
          {name}
        </Badge>
      ))}
      {rest.length > 0 && (
        <Text size="xs" c="dimmed" title={rest.join(', ')}>
          +{rest.length}
        </Text>
      )}
    </Group>
  );
}
