/** Runs once before the tests in Chromium: the console is built, and servers get their own copy. */
import { rmSync } from 'node:fs';
import { buildConsole } from '../../../scripts/lib/console.ts';
import { copyCheckout } from '../../support/checkout.ts';

export default async function setup(): Promise<() => void> {
  await buildConsole();
  const checkout = copyCheckout();
  process.env.ORLOP_TEST_ROOT = checkout;
  return () => rmSync(checkout, { recursive: true, force: true });
}
