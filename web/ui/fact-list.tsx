import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './fact-list.module.css';

/** A fact: what it is about, and what is so. */
export interface Fact {
  readonly label: string;
  readonly value: ReactNode;
}

/** Facts about a thing, one below the other. */
export function FactList({ facts }: { readonly facts: readonly Fact[] }) {
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

/** Names and values that others wrote: environment, labels, annotations. */
export function Pairs({ pairs }: { readonly pairs: readonly (readonly [string, string])[] }) {
  return (
    <dl className={`${classes.facts} ${classes.wide}`}>
      {pairs.map(([name, value]) => (
        <div key={`${name}=${value}`} className={classes.fact}>
          <Text component="dt" size="xs" className="mono" c="dimmed">
            {name}
          </Text>
          <Text component="dd" size="xs" className="mono" m={0}>
            {value}
          </Text>
        </div>
      ))}
    </dl>
  );
}
