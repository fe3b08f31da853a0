import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';

/** Bytes of memory that belong to each of the browser's pages alone: the most of any of them. */
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

/** What the kernel counts for one process and no other; 0 when it has ended. */
function privateBytes(pid: number): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const kilobytes = [...rollup.matchAll(/^Private_\w+:\s+(\d+) kB/gm)].map(([, n]) => Number(n));
    return kilobytes.reduce((sum, n) => sum + n, 0) * 1024;
  } catch {
    return 0;
  }
}
