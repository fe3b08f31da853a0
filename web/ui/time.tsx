import { useFormat } from './format.ts';

/** A time, as how long ago it was; its title is the date. */
export function Time({ value }: { readonly value: string }) {
  const format = useFormat();
  return (
    <time dateTime={value} title={format.dateTime(value)} style={{ whiteSpace: 'nowrap' }}>
      {format.relative(value)}
    </time>
  );
}
