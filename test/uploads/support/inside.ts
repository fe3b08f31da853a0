/** Runs requests within an upload's Durable Object, where their order is certain. */

import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import {
  COMMAND_HEADER,
  type UploadCommand,
  type UploadOutcome,
} from '../../../src/uploads/outcome.ts';
import { bucketWith } from '../../support/worker/faulty-bucket.ts';
import type { Push } from './client.ts';

export interface Inside {
  /** Sends a command; when this returns, the object has run up to its first await. */
  send(command: UploadCommand, body?: ReadableStream): Promise<UploadOutcome>;
  /** The alarm, as if its time had come. */
  alarm(): Promise<void>;
  /** Replaces methods of R2 for this upload, and gives it a disk. */
  replaceBucket(change: Partial<R2Bucket>, disk?: Fetcher): void;
  restoreBucket(): void;
}

interface Session {
  fetch(request: Request): Promise<Response>;
  alarm(): Promise<void>;
}

export function within<T>(push: Push, use: (inside: Inside) => Promise<T>): Promise<T> {
  return runInDurableObject(push.stub, (instance) => {
    const session = instance as unknown as Session;
    const setEnv = (value: Cloudflare.Env & { DISK?: Fetcher }) =>
      Object.defineProperty(session, 'env', { value, configurable: true });
    return use({
      async send(command, body) {
        const headers = { [COMMAND_HEADER]: JSON.stringify(command) };
        const init = { method: 'POST', headers, body: body ?? null };
        return (await session.fetch(new Request('https://upload/', init))).json();
      },
      alarm: () => session.alarm(),
      replaceBucket: (change, disk) =>
        setEnv({ ...env, BUCKET: bucketWith(change), ...(disk ? { DISK: disk } : {}) }),
      restoreBucket: () => setEnv(env),
    });
  });
}
