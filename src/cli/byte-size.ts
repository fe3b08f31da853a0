import { CommandError, EXIT } from './exit.ts';

const POWERS = { '': 0, k: 1, m: 2, g: 3 } as const;
const SIZE = /^([0-9]{1,15}) ?([kmg]?)i?b?$/i;

/**
 * Parses a number of bytes such as `64MiB`, `64M` or `1048576`. All units are powers of 1024.
 * @throws CommandError usage
 */
export function parseByteSize(option: string, text: string): number {
  const [, digits, unit = ''] = SIZE.exec(text.trim()) ?? [];
  const power = POWERS[unit.toLowerCase() as keyof typeof POWERS];
  const bytes = Number(digits) * 1024 ** power;
  if (bytes > 0 && Number.isSafeInteger(bytes)) return bytes;
  throw new CommandError(EXIT.usage, `${option} takes a size such as 64MiB, not "${text}"`);
}
