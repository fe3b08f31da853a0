import { describe } from 'vitest';
import { describeWithTools, type Tool } from '../tools.ts';

/** A suite whose tools (daemons among them) need root: skipped for other users, except in CI. */
export function describeAsRoot(name: string, tools: readonly Tool[], suite: () => void): void {
  if (process.getuid?.() === 0 || process.env.CI === 'true') describeWithTools(name, tools, suite);
  else describe.skip(`${name} (needs root: sudo npm test)`, suite);
}
