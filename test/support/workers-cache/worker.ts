/** The registry with the simulation in front of its cached entrypoint; nothing else is different. */

import { CachedObjects as Origin } from '../../../src/cached-objects.ts';
import { cached, withPurge } from './cached.ts';

export { PullCounter } from '../../../src/events/pull-counter.ts';
export { default } from '../../../src/index.ts';
export { Collector } from '../../../src/maintenance/collection/collector.ts';
export { UploadSession } from '../../../src/uploads/upload-session.ts';
export { AnythingOrigin } from './anything.ts';
export { CacheTier } from './cache-tier.ts';

export class CachedObjects extends cached('CachedObjects', 'ObjectsOrigin') {}

export class ObjectsOrigin extends withPurge('CachedObjects', Origin) {}

/** Answers whatever a test wants, to see the rules of the simulation themselves. */
export class Anything extends cached('Anything', 'AnythingOrigin') {}
