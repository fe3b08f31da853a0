import { type TarEntry, tarOf } from '../../support/clients/tar.ts';

const BLOCK = 512;

/** Fields of a header; the checksum is computed. */
export interface Header {
  readonly type?: string;
  readonly link?: string;
  /** The size in the header; by default that of the bytes. */
  readonly size?: number;
  /** The 12 bytes of the time. */
  readonly time?: Buffer;
  /** The prefix field of a long name. */
  readonly prefix?: string;
}

/** An entry with a modified header. */
export function oddEntry({ name, bytes }: TarEntry, header: Header): Buffer {
  const entry = Buffer.from(tarOf([{ name, bytes }]).subarray(0, -2 * BLOCK));
  if (header.type) entry.write(header.type, 156);
  if (header.link) entry.write(header.link, 157);
  if (header.prefix) entry.write(header.prefix, 345);
  if (header.size !== undefined) entry.write(header.size.toString(8).padStart(11, '0'), 124);
  header.time?.copy(entry, 136);
  entry.write('        ', 148);
  const sum = entry.subarray(0, BLOCK).reduce((total: number, byte: number) => total + byte, 0);
  entry.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return entry;
}

/** A symbolic link. */
export function symlink(name: string, link: string): Buffer {
  return oddEntry({ name, bytes: Buffer.alloc(0) }, { type: '2', link });
}

/** A pax header and its entry. */
export function paxEntry(
  records: Record<string, string> | readonly (readonly [key: string, value: string])[],
  entry: TarEntry,
): Buffer {
  const pairs = Array.isArray(records) ? records : Object.entries(records);
  const bytes = Buffer.concat(pairs.map(paxRecord));
  const header = oddEntry({ name: 'pax', bytes }, { type: 'x' });
  return Buffer.concat([header, entriesOf([entry])]);
}

function paxRecord([key, value]: readonly [string, string]): Buffer {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length;
  while (String(length).length + rest.length !== length) {
    length = String(length).length + rest.length;
  }
  return Buffer.from(`${length}${rest}`);
}

/** Entries without an archive's final blocks. */
export function entriesOf(entries: readonly TarEntry[]): Buffer {
  return Buffer.from(tarOf(entries).subarray(0, -2 * BLOCK));
}

/** An archive of entries in bytes. */
export function archiveOf(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}
