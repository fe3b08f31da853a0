import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';

/** The most private memory of any page of the browser, in bytes. */
export async function readPageMemory(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  try {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const pages = processInfo.filter(({ type }) => type === 'renderer');
    return Math.max(0, ...pages.map(({ id }) => privateBytes(id)));
  } finally {
    await session.detach();
  }
}

/** Private memory of a process in bytes; 0 if it has ended. */
function privateBytes(pid: number): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const kilobytes = [...rollup.matchAll(/^Private_\w+:\s+(\d+) kB/gm)].map(([, n]) => Number(n));
    return kilobytes.reduce((sum, n) => sum + n, 0) * 1024;
  } catch {
    return 0;
  }
}
