import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from './format.ts';

/** Items that are added at once: what a browser lays out without a pause. */
const STEP = 1000;

interface Cut<T> {
  readonly shown: readonly T[];
  /** The button for the rest; null if there is none. */
  readonly more: ReactNode;
}

/** The beginning of a list that content may have made long, with a button for the rest. */
export function useCut<T>(items: readonly T[], limit: number): Cut<T> {
  const [count, setCount] = useState(limit);
  const { t } = useTranslation();
  const format = useFormat();
  const rest = items.length - count;
  const isLast = rest <= STEP;
  const more = rest > 0 && (
    <Button variant="subtle" size="compact-sm" mt="xs" onClick={() => setCount(count + STEP)}>
      {isLast
        ? t('ui.showAll', { total: format.number(items.length) })
        : t('ui.showMore', { total: format.number(STEP) })}
    </Button>
  );
  return { shown: items.slice(0, count), more: more || null };
}
