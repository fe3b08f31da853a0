import { Skeleton } from '@mantine/core';
import { Suspense } from 'react';
import { lazyPart } from '../../lazy-part.ts';

const Rendered = lazyPart(async () => (await import('./markdown-text.tsx')).MarkdownText);

interface MarkdownProps {
  readonly text: string;
  /** The level of its first headings: one below the heading above it. */
  readonly level: number;
}

/** Markdown by users: it runs nothing, and loads nothing without a click. */
export function Markdown(props: MarkdownProps) {
  return (
    <Suspense fallback={<Skeleton height={120} />}>
      <Rendered {...props} />
    </Suspense>
  );
}
