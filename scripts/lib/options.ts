import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeError, Failure } from './failure.ts';

/** Options of `npm start`. */
export interface StartOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Absolute directory of the state on disk. */
  readonly state: string;
  /** Shows every request. */
  readonly verbose: boolean;
  readonly help: boolean;
}

export const usage = `Usage: npm start -- [--port N] [--host H] [--state DIR] [--verbose]

  --port N      port to listen on (8787; 0 takes a free one)
  --host H      address to listen on (127.0.0.1)
  --state DIR   where everything is kept (.orlop)
  --verbose     show every request`;

const declared = {
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '8787' },
  state: { type: 'string', default: '.orlop' },
  verbose: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Reads the command line of `npm start`; throws a Failure that says what is wrong with it. */
export function parseOptions(args: string[]): StartOptions {
  const values = parseValues(args);
  if (!/^[0-9]{1,5}$/.test(values.port) || Number(values.port) > 65_535) {
    throw new Failure(`--port takes a number from 0 to 65535, not "${values.port}"`);
  }
  if (values.host === '') throw new Failure('--host takes an address');
  if (values.state === '') throw new Failure('--state takes a directory');
  return { ...values, port: Number(values.port), state: resolve(values.state) };
}

function parseValues(args: string[]) {
  try {
    return parseArgs({ args, options: declared, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new Failure(`${describeError(error).replace(/\. .*$/, '')} (--help lists the options)`);
  }
}
