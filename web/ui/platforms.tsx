import { Badge, Group, Text } from '@mantine/core';

/** Platforms that are listed; the rest is counted. */
const SHOWN = 3;

/** Platforms as badges: `linux/amd64`. */
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
