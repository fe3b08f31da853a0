import { SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** What is known of a thing: a name and a value. */
export interface InlineFact {
  readonly label: string;
  readonly value: ReactNode;
}

/** The facts of a thing beside each other, each value under its name. */
export function Facts({ facts }: { readonly facts: readonly InlineFact[] }) {
  return (
    <SimpleGrid component="dl" cols={{ base: 2, sm: 3, lg: 6 }} m={0} spacing="lg">
      {facts.map(({ label, value }) => (
        <div key={label}>
          <Text component="dt" size="sm" c="dimmed">
            {label}
          </Text>
          <Text component="dd" m={0} style={{ overflowWrap: 'anywhere' }}>
            {value}
          </Text>
        </div>
      ))}
    </SimpleGrid>
  );
}
