const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Formats bytes, as in `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  const value = bytes / 1024 ** power;
  return `${power === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
}

/** The algorithm and first 12 digits of a digest. */
export function shortenDigest(digest: string): string {
  return digest.slice(0, digest.indexOf(':') + 13);
}
