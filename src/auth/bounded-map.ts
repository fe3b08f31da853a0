/** Sets an entry as the newest of a map; the oldest goes when there are more than `most`. */
export function setBounded<T>(map: Map<string, T>, most: number, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
