import { Skeleton, VisuallyHidden } from '@mantine/core';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { lazyPart } from '../lazy-part.ts';
import { useFormat } from './format.ts';

const DayBars = lazyPart(async () => (await import('./day-bars.tsx')).DayBars);

interface PullsChartProps {
  /** Days in UTC, the earliest first; undefined while they are loading. */
  readonly days: readonly { readonly day: string; readonly pulls: number }[] | undefined;
}

const HEIGHT = 96;

/** Pulls by day: as bars, and as a table for screen readers. */
export function PullsChart({ days }: PullsChartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!days) return <Skeleton height={HEIGHT} />;
  return (
    <>
      <div
        aria-hidden
        style={{ height: HEIGHT, borderBottom: '1px solid var(--mantine-color-default-border)' }}
      >
        <Suspense fallback={<Skeleton height={HEIGHT} />}>
          <DayBars
            height={HEIGHT}
            label={t('image.pulls')}
            days={days.map(({ day, pulls }) => ({ day: format.date(day), pulls }))}
          />
        </Suspense>
      </div>
      <VisuallyHidden>
        <table>
          <caption>{t('image.pullsByDay')}</caption>
          <thead>
            <tr>
              <th>{t('image.day')}</th>
              <th>{t('image.pulls')}</th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, pulls }) => (
              <tr key={day}>
                <td>{format.date(day)}</td>
                <td>{format.number(pulls)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </VisuallyHidden>
    </>
  );
}
