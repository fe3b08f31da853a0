import { SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './facts.module.css';
import { ForeignText } from './foreign-text.tsx';
import { useCut } from './use-cut.tsx';

/** Pairs that are shown at first. */
const PAIRS = 100;

/** A fact about a thing, with its name. */
export interface Fact {
  readonly label: string;
  readonly value: ReactNode;
}

interface FactsProps {
  readonly facts: readonly Fact[];
}

/** Facts below each other, each value beside its name. */
export function FactList({ facts }: FactsProps) {
  return (
    <dl className={classes.facts}>
      {facts.map(({ label, value }) => (
        <div key={label} className={classes.fact}>
          <Text component="dt" size="sm" c="dimmed">
            {label}
          </Text>
          <Text component="dd" size="sm" m={0} style={{ overflowWrap: 'anywhere' }}>
            {value}
          </Text>
        </div>
      ))}
    </dl>
  );
}

/** Facts beside each other, each value below its name. */
export function FactGrid({ facts }: FactsProps) {
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

/** Names and values from the content: environment, labels, annotations. */
export function Pairs({ pairs }: { readonly pairs: readonly (readonly [string, string])[] }) {
  const { shown, more } = useCut(pairs, PAIRS);
  return (
    <>
      <dl className={`${classes.facts} ${classes.wide}`}>
        {[...shown.entries()].map(([n, [name, value]]) => (
          <div key={n} className={classes.fact}>
            <Text component="dt" size="xs" className="mono" c="dimmed">
              <ForeignText text={name} />
            </Text>
            <Text component="dd" size="xs" className="mono" m={0}>
              <ForeignText text={value} hasLines />
            </Text>
          </div>
        ))}
      </dl>
      {more}
    </>
  );
}
