/** Runs once before the tests in Chromium: the console is built, and servers get their own copy. */
import { setup as buildConsole } from '../../support/assets.ts';
import { prepareServers } from '../../support/checkout.ts';

export default function setup(): () => void {
  buildConsole();
  return prepareServers();
}
