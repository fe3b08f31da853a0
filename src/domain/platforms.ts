import * as z from 'zod/mini';

/** The platform that an image runs on. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | null;
  /** Of Windows its build, such as `10.0.20348.2700`: an image runs on no earlier one. */
  readonly osVersion: string | null;
  /** What it needs of the system, such as `win32k`; sorted. */
  readonly osFeatures: readonly string[];
}

/** What the parts of a platform consist of, as in containerd. */
const OS = z.string().check(z.regex(/^[\w-]{1,64}$/));
const WORD = z.string().check(z.regex(/^[\w.-]{1,64}$/));
const optionalWord = z.catch(z.nullish(WORD), null);
const optionalWords = z.catch(
  z.nullish(z.array(z.catch(z.nullable(WORD), null)).check(z.maxLength(16))),
  null,
);

/**
 * The platform in a descriptor of an index or in an image's config, normalized; null if it is
 * invalid, since clients write both.
 */
export const platformField = z.catch(
  z.nullable(
    z.pipe(
      z.object({
        os: OS,
        architecture: WORD,
        variant: optionalWord,
        'os.version': optionalWord,
        'os.features': optionalWords,
      }),
      z.transform(
        ({
          os,
          architecture,
          variant,
          'os.version': osVersion,
          'os.features': osFeatures,
        }): Platform => ({
          ...normalizeWords(os, architecture, variant ?? null),
          osVersion: osVersion ?? null,
          osFeatures: normalizeFeatures(osFeatures ?? []),
        }),
      ),
    ),
  ),
  null,
);

const PLATFORM =
  /^([\w-]{1,64})(?:\(([\w.-]{0,64})((?:\+[\w.-]{1,64}){0,16})\))?\/([\w.-]{1,64})(?:\/([\w.-]{1,64}))?$/;

/**
 * Parses what formatPlatform writes, in any spelling that is normalized; null if a text is
 * something else. Without a variant it stands for all of them.
 */
export function parsePlatform(text: string): Platform | null {
  const [, os, osVersion = '', features = '', architecture, variant = null] =
    PLATFORM.exec(text) ?? [];
  if (os === undefined || architecture === undefined) return null;
  const words = normalizeWords(os, architecture, variant);
  const isAnyArm = variant === null && words.variant === usualVariant(words.architecture);
  return {
    ...words,
    variant: isAnyArm ? null : words.variant,
    osVersion: osVersion || null,
    osFeatures: normalizeFeatures(features.split('+').filter(Boolean)),
  };
}

/** The variant that is meant where none is named; null where that is none. */
export function usualVariant(architecture: string): string | null {
  return normalizeWords('', architecture, null).variant;
}

/** Other names of architectures, and the variants that they say. */
const ARCHITECTURES: Readonly<Record<string, readonly [name: string, variant?: string | null]>> = {
  i386: ['386', null],
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  aarch64: ['arm64'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
};

/** Other spellings of variants, of which the usual one of 64 bits is left out. */
const VARIANTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  amd64: { v1: '' },
  arm64: { '8': '', v8: '' },
  arm: { '': 'v7', '5': 'v5', '6': 'v6', '7': 'v7', '8': 'v8' },
};

/**
 * Normalizes as containerd does, so that one platform has one text.
 * https://github.com/containerd/platforms
 */
function normalizeWords(os: string, architecture: string, variant: string | null) {
  const system = os.toLowerCase();
  const machine = architecture.toLowerCase();
  const [name, own] = ARCHITECTURES[machine] ?? [machine];
  const given = (own === undefined ? variant : own)?.toLowerCase() ?? '';
  return {
    os: system === 'macos' ? 'darwin' : system,
    architecture: name,
    variant: (VARIANTS[name]?.[given] ?? given) || null,
  };
}

const normalizeFeatures = (features: readonly (string | null)[]): readonly string[] =>
  [...new Set(features.filter((one) => one !== null))].sort();

/**
 * `os[(version[+feature…])]/architecture[/variant]`, as containerd writes it:
 * `linux/arm/v7`, `windows(10.0.20348.2700+win32k)/amd64`.
 * https://github.com/containerd/platforms
 */
export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant, osVersion, osFeatures } = platform;
  const details = [osVersion ?? '', ...osFeatures].join('+');
  const system = details === '' ? os : `${os}(${details})`;
  return [system, architecture, ...(variant === null ? [] : [variant])].join('/');
}

/** Platforms as texts, each once, without `unknown`, which attestations in an index have. */
export function namePlatforms(platforms: readonly (Platform | null)[]): string[] {
  const known = platforms.filter((one) => one !== null).filter(({ os }) => os !== 'unknown');
  return [...new Set(known.map(formatPlatform))].slice(0, MAX_PLATFORMS);
}

/** The most platforms that are stored of one index. */
const MAX_PLATFORMS = 100;
