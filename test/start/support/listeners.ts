/** What processes hold open, as Linux shows it. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Whether this system shows it. */
export const showsSockets = existsSync('/proc/net/tcp');

/** Addresses (`127.0.0.1:8787`) on which processes listen for TCP. */
export function listeningAddresses(pids: readonly number[]): string[] {
  const held = new Set(pids.flatMap(openFiles));
  return ['tcp', 'tcp6'].flatMap((kind) => {
    const lines = readFileSync(`/proc/net/${kind}`, 'utf8').trim().split('\n').slice(1);
    return lines.flatMap((line) => {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      const listens = state === '0A' && held.has(`socket:[${inode}]`);
      return listens ? [readAddress(local)] : [];
    });
  });
}

/** Whether processes watch files. */
export function watchesFiles(pids: readonly number[]): boolean {
  return pids.some((pid) =>
    readdirSync(`/proc/${pid}/fdinfo`).some((fd) => {
      try {
        return /^inotify wd:/m.test(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'));
      } catch {
        return false; // It was closed in between.
      }
    }),
  );
}

function openFiles(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return []; // It was closed in between.
    }
  });
}

/** IPv4 in hexadecimal, last byte first; IPv6 is only told apart. */
function readAddress(text: string): string {
  const [address = '', port = ''] = text.split(':');
  const bytes = address.length === 8 ? (address.match(/../g) ?? []).reverse() : [];
  const host = bytes.map((byte) => Number.parseInt(byte, 16)).join('.') || address;
  return `${host}:${Number.parseInt(port, 16)}`;
}
