import { Skeleton } from '@mantine/core';
import { Suspense } from 'react';
import { lazyPart } from '../../lazy-part.ts';
import { PlainText } from './plain-text.tsx';
import { TextBoundary } from './text-boundary.tsx';

const Rendered = lazyPart(async () => (await import('./markdown-text.tsx')).MarkdownText);

interface MarkdownProps {
  readonly text: string;
  /** The level of its first headings: one below the heading above it. */
  readonly level: number;
}

/**
 * Markdown by users: it runs nothing, loads nothing without a click, and never takes the page with
 * it. A text that cannot be rendered is shown as it was written.
 */
export function Markdown(props: MarkdownProps) {
  return (
    <TextBoundary key={props.text} fallback={<PlainText text={props.text} />}>
      <Suspense fallback={<Skeleton height={120} />}>
        <Rendered {...props} />
      </Suspense>
    </TextBoundary>
  );
}
