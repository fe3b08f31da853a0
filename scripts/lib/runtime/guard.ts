import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Kills a process group when this process has been killed and cannot: a shell does, whose input
 * closes then. Without it workerd would run on, at full load, and keep the state open.
 * @param leader what leads the group: the guard is dismissed when it ends
 * @param folder removed as well
 */
export function guardGroup(leader: ChildProcess, folder = ''): void {
  const script = 'read -r line || { kill -s KILL -- "-$1"; [ -z "$2" ] || rm -rf "$2"; }';
  const args = ['-c', script, 'orlop-guard', String(leader.pid), folder];
  const guard = spawn('/bin/sh', args, {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.once('error', () => {});
  guard.stdin?.once('error', () => {});
  guard.unref();
  leader.once('exit', () => guard.stdin?.end('done\n'));
}
