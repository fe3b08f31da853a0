import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { describeError, Failure } from './failure.ts';
import { TrustedProxies } from './front/client-address.ts';
import { type OutboundNetworks, parseOutbound } from './outbound.ts';

/** Options of `npm run dev`, which `npm start` has, too. */
export interface DevOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** Absolute directory of the state on disk. */
  readonly state: string;
  /** Shows every request. */
  readonly verbose: boolean;
  readonly help: boolean;
}

/** Options of `npm start`. */
export interface StartOptions extends DevOptions {
  readonly host: string;
  /** Certificate and key in PEM; null serves plain http. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly trustedProxies: TrustedProxies;
  /** Bytes that pushes leave free on the disk; null: what suits the disk. */
  readonly freeSpace: number | null;
  /** Where requests of triggers may go. */
  readonly outbound: OutboundNetworks;
}

export const startUsage = `Usage: npm start -- [OPTIONS]

  --port N            port to listen on (8787; 0 takes a free one)
  --host H            address to listen on (127.0.0.1)
  --state DIR         where everything is kept (.orlop)
  --tls-cert FILE     certificate in PEM, with its chain: serves https
  --tls-key FILE      its private key in PEM
  --trusted-proxy A   address or network (10.0.0.0/8) of a reverse proxy whose X-Forwarded-For
                      and X-Forwarded-Proto are believed; can be repeated
  --allow-outbound N  networks that triggers may reach besides the public ones: private,
                      loopback, or 10.0.0.0/8; separated by commas, can be repeated
  --free-space MIB    what pushes leave free on the disk (1 % of it, from 256 to 2048 MiB)
  --verbose           show every request`;

export const devUsage = `Usage: npm run dev -- [OPTIONS]

  --port N      port to listen on, on 127.0.0.1 (8787; 0 takes a free one)
  --state DIR   where everything is kept (.orlop-dev)
  --verbose     show every request`;

const common = {
  port: { type: 'string', default: '8787' },
  verbose: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const ofStart = {
  ...common,
  state: { type: 'string', default: '.orlop' },
  host: { type: 'string', default: '127.0.0.1' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'trusted-proxy': { type: 'string', multiple: true },
  'free-space': { type: 'string' },
  'allow-outbound': { type: 'string', multiple: true },
} as const;

const ofDev = { ...common, state: { type: 'string', default: '.orlop-dev' } } as const;

/** Reads the command line of `npm start`. @throws Failure saying what is wrong with it */
export function parseStartOptions(args: string[]): StartOptions {
  const values = parseValues(args, ofStart);
  if (values.host === '') throw new Failure('--host takes an address');
  return {
    ...values,
    ...checkCommon(values),
    tls: readTls(values['tls-cert'], values['tls-key']),
    trustedProxies: parseProxies(values['trusted-proxy'] ?? []),
    freeSpace: parseFreeSpace(values['free-space']),
    outbound: parseOutbound(values['allow-outbound'] ?? []),
  };
}

/** Reads the command line of `npm run dev`. @throws Failure saying what is wrong with it */
export function parseDevOptions(args: string[]): DevOptions {
  const values = parseValues(args, ofDev);
  return { ...values, ...checkCommon(values) };
}

function parseValues<T extends ParseArgsOptionsConfig>(args: string[], options: T) {
  try {
    const joined = joinNegativeNumbers(args, options);
    return parseArgs({ args: joined, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new Failure(`${describeError(error).replace(/\. .*$/, '')} (--help lists the options)`);
  }
}

/** A negative number after an option is its value, which the option refuses by what it takes. */
function joinNegativeNumbers(args: string[], options: ParseArgsOptionsConfig): string[] {
  const takesValue = (arg: string) => options[arg.replace(/^--/, '')]?.type === 'string';
  return args.flatMap((arg, n) => {
    const [before = '', after = ''] = [args[n - 1], args[n + 1]];
    if (/^-\d/.test(arg) && takesValue(before)) return [];
    return takesValue(arg) && /^-\d/.test(after) ? [`${arg}=${after}`] : [arg];
  });
}

function checkCommon({ port, state }: { port: string; state: string }) {
  if (!/^[0-9]{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new Failure(`--port takes a number from 0 to 65535, not "${port}"`);
  }
  if (state === '') throw new Failure('--state takes a directory');
  return { port: Number(port), state: resolve(state) };
}

function readTls(cert: string | undefined, key: string | undefined): StartOptions['tls'] {
  if (cert === undefined && key === undefined) return null;
  if (cert === undefined || key === undefined) {
    throw new Failure('https takes both --tls-cert and --tls-key');
  }
  const read = (option: string, path: string) => {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      throw new Failure(`${option} cannot be read: ${describeError(error)}`);
    }
  };
  const tls = { cert: read('--tls-cert', cert), key: read('--tls-key', key) };
  try {
    createSecureContext(tls);
  } catch (error) {
    throw new Failure(`the certificate and its key cannot be used: ${describeError(error)}`);
  }
  return tls;
}

function parseFreeSpace(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^[0-9]{1,9}$/.test(text)) return Number(text) * 1024 ** 2;
  throw new Failure(`--free-space takes a number of MiB, not "${text}"`);
}

function parseProxies(entries: readonly string[]): TrustedProxies {
  try {
    return new TrustedProxies(entries);
  } catch (error) {
    throw new Failure(`--trusted-proxy takes an address or a network: ${describeError(error)}`);
  }
}
