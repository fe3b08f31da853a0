import { SingleBar } from 'cli-progress';
import { formatBytes } from './format.ts';

/** Shows the progress of a transfer. */
export interface Progress {
  /** Adds transferred bytes. */
  advance(bytes: number): void;
  /** Names the current step. */
  showStep(text: string): void;
  stop(): void;
}

/**
 * Shows a transfer of `total` bytes on standard error: as a bar on a terminal, else as a line per
 * step; nothing if `quiet`.
 */
export function startProgress(total: number, quiet: boolean): Progress {
  if (quiet) return { advance: () => {}, showStep: () => {}, stop: () => {} };
  return process.stderr.isTTY ? startBar(total) : startLines(total);
}

function startBar(total: number): Progress {
  const bar = new SingleBar({
    format: '{bar} {percentage} % of {size}  {speed}/s  {eta_formatted} left  {note}',
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: false,
    barsize: 24,
  });
  const begun = Date.now();
  let done = 0;
  bar.start(total, 0, { size: formatBytes(total), speed: formatBytes(0), note: '' });
  return {
    advance: (bytes) => {
      done += bytes;
      const seconds = Math.max((Date.now() - begun) / 1000, 0.001);
      bar.update(done, { speed: formatBytes(done / seconds) });
    },
    showStep: (note) => bar.update(done, { note }),
    stop: () => bar.stop(),
  };
}

function startLines(total: number): Progress {
  let done = 0;
  const of = formatBytes(total);
  return {
    advance: (bytes) => {
      done += bytes;
    },
    showStep: (text) => console.error(`${formatBytes(done)} of ${of}  ${text}`),
    stop: () => {},
  };
}
