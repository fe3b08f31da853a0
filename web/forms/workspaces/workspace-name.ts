/** The server's rules of a workspace's name, so that they are told while it is typed. */
const PARTS = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;

const MAX_LENGTH = 128;

const RESERVED: ReadonlySet<string> = new Set([
  ...['admin', 'api', 'assets', 'cdn-cgi', 'console', 'docs', 'healthz', 'help', 'login'],
  ...['orlop', 'settings', 'token', 'v1', 'v2', 'v3'],
]);

/** What is wrong with a workspace's name; null: nothing. */
export function faultOfName(name: string): 'empty' | 'letters' | 'long' | 'reserved' | null {
  if (name === '') return 'empty';
  if (!PARTS.test(name)) return 'letters';
  if (name.length > MAX_LENGTH) return 'long';
  return RESERVED.has(name) ? 'reserved' : null;
}
