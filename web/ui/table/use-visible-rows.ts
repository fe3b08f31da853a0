import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Rows that are rendered beyond the window, and rows left before the end when more are loaded. */
const AHEAD = 12;
/** Height of a row in pixels until it is measured. */
const ROW_HEIGHT = 53;

/**
 * Returns which rows of a long table are in view, with the heights in pixels of those above and
 * below. Calls `onMore` near the end while there are more.
 */
export function useVisibleRows(count: number, canLoad: boolean, onMore: (() => void) | undefined) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  // On every render, since what is above the table may have grown.
  useLayoutEffect(() => {
    const place = body.current?.getBoundingClientRect();
    if (place) setTop(Math.round(place.top + window.scrollY));
  });
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => ROW_HEIGHT,
    overscan: AHEAD,
    scrollMargin: top,
  });
  const items = virtual.getVirtualItems();
  const first = items[0];
  const last = items.at(-1);
  const isNearEnd = count > 0 && (last?.index ?? 0) >= count - AHEAD;
  useEffect(() => {
    if (isNearEnd && canLoad) onMore?.();
  }, [isNearEnd, canLoad, onMore]);
  return {
    body,
    items,
    measure: virtual.measureElement,
    above: first ? first.start - top : 0,
    below: last ? virtual.getTotalSize() - (last.end - top) : 0,
  };
}
