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

/** One part of a platform; real ones are much shorter. */
const word = z.string().check(z.minLength(1), z.maxLength(64));
const optionalWord = z.catch(z.nullish(word), null);

/** What a text of a platform can hold of them. */
const DETAIL = /^[a-zA-Z0-9._-]{1,64}$/;

/**
 * The platform in a descriptor of an index or in an image's config; null if it is invalid, since
 * clients write both.
 */
export const platformField = z.catch(
  z.nullable(
    z.pipe(
      z.object({
        os: word,
        architecture: word,
        variant: optionalWord,
        'os.version': optionalWord,
        'os.features': z.catch(z.nullish(z.array(word).check(z.maxLength(16))), null),
      }),
      z.transform(
        ({
          os,
          architecture,
          variant,
          'os.version': version,
          'os.features': features,
        }): Platform => ({
          os,
          architecture,
          variant: variant ?? null,
          osVersion: version && DETAIL.test(version) ? version : null,
          osFeatures: [...new Set((features ?? []).filter((one) => DETAIL.test(one)))].sort(),
        }),
      ),
    ),
  ),
  null,
);

const PLATFORM =
  /^([a-z0-9]{1,64})(?:\(([\w.-]{0,64})((?:\+[\w.-]{1,64}){0,16})\))?\/([a-z0-9_]{1,64})(?:\/([a-z0-9.]{1,64}))?$/;

/** Parses what formatPlatform writes; null if a text is something else. */
export function parsePlatform(text: string): Platform | null {
  const [, os, osVersion = '', features = '', architecture, variant = null] =
    PLATFORM.exec(text) ?? [];
  if (os === undefined || architecture === undefined) return null;
  const osFeatures = features.split('+').filter(Boolean).sort();
  return { os, architecture, variant, osVersion: osVersion || null, osFeatures };
}

/**
 * `os[(version[+feature…])]/architecture[/variant]`, as containerd writes it:
 * `linux/arm64/v8`, `windows(10.0.20348.2700+win32k)/amd64`.
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
