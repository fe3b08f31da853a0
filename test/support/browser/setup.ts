/** Runs once before the tests in Chromium: the console is built, and servers get their own copy. */
import { setup as buildConsole } from '../assets.ts';
import { prepareServers } from '../checkout.ts';

export default function setup(): Promise<() => void> {
  buildConsole();
  return prepareServers();
}
