/**
 * The process that runs workerd, by Miniflare with wrangler's own options, but without what
 * `wrangler dev` adds for developers: no watcher and no inspector. When workerd crashes, Miniflare
 * starts it again. It ends with the process that started it.
 */
import { once } from 'node:events';
import { describeError } from '../failure.ts';
import { StateDisk } from '../storage/disk.ts';
import { keepSpareSpace } from '../storage/spare-space.ts';
import { bundleWorker } from '../worker.ts';
import type { FromSimulator, ToSimulator } from './messages.ts';
import { loadMiniflare, type MiniflareModule } from './miniflare.ts';
import { describeWorker } from './options.ts';

const say = (message: FromSimulator) => process.send?.(message);

// Miniflare ends workerd when this process ends.
process.once('disconnect', () => process.exit());
const [told] = (await once(process, 'message')) as [ToSimulator];
try {
  await start(told);
  say('ready');
} catch (error) {
  say({ failed: describeError(error) });
}

async function start(options: ToSimulator): Promise<void> {
  process.umask(0o077);
  keepSpareSpace(options.state);
  const modules = await bundleWorker();
  const disk = new StateDisk(options.state, options.freeSpace);
  const { wrangler, miniflare } = await loadMiniflare(options.sockets);
  const settings = { ...describeWorker(wrangler, options, modules, disk), log: makeLog(miniflare) };
  const instance = new miniflare.Miniflare(miniflare.convertV4MiniflareOptions(settings));
  await instance.ready.catch((error) => {
    throw new Error(`workerd could not be started: ${describeError(error)}`);
  });
}

/** Miniflare's own messages: it says by them alone that workerd crashed, or cannot be restarted. */
function makeLog({ Log, LogLevel }: MiniflareModule): object {
  class RuntimeLog extends Log {
    warn(message: string) {
      if (message.includes('crashed')) console.error('orlop: workerd crashed and is started again');
    }
    error(error: Error) {
      const isOver = 'code' in error && error.code === 'ERR_RUNTIME_FAILURE';
      if (isOver) say({ failed: 'workerd crashed and could not be started again' });
      else console.error(error);
    }
  }
  return new RuntimeLog(LogLevel.NONE);
}
