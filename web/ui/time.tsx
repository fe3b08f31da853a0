import { useFormat } from './format.ts';

/** A moment, as how long ago it is; pointing at it tells the date. */
export function Time({ value }: { readonly value: string }) {
  const format = useFormat();
  return (
    <time dateTime={value} title={format.dateTime(value)} style={{ whiteSpace: 'nowrap' }}>
      {format.relative(value)}
    </time>
  );
}
