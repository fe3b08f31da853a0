/** Runs once before the tests in Chromium: builds the console and prepares a copy for servers. */
import { setup as buildConsole } from '../assets.ts';
import { prepareServers } from '../checkout.ts';

export default function setup(): Promise<() => void> {
  buildConsole();
  return prepareServers();
}
