/** Runs once before the tests in Chromium: the console is built, and servers get their own copy. */
import { buildConsole } from '../../../scripts/lib/console.ts';
import { prepareServers } from '../../support/checkout.ts';

export default async function setup(): Promise<() => void> {
  await buildConsole();
  return prepareServers();
}
