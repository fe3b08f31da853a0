import * as z from 'zod/mini';

/** The platform that an image runs on. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | null;
}

/** One part of a platform; real ones are much shorter. */
const word = z.string().check(z.minLength(1), z.maxLength(64));

/**
 * The platform in a descriptor of an index or in an image's config; null if it is invalid, since
 * clients write both.
 */
export const platformField = z.catch(
  z.nullable(
    z.pipe(
      z.object({ os: word, architecture: word, variant: z.catch(z.nullish(word), null) }),
      z.transform(
        ({ os, architecture, variant }): Platform => ({
          os,
          architecture,
          variant: variant ?? null,
        }),
      ),
    ),
  ),
  null,
);

const PLATFORM = /^([a-z0-9]{1,64})\/([a-z0-9_]{1,64})(?:\/([a-z0-9.]{1,64}))?$/;

/** Parses `os/architecture[/variant]`; null if a text is something else. */
export function parsePlatform(text: string): Platform | null {
  const [, os, architecture, variant = null] = PLATFORM.exec(text) ?? [];
  return os === undefined || architecture === undefined ? null : { os, architecture, variant };
}

/** `os/architecture[/variant]`. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === null ? [] : [variant])].join('/');
}

/** Platforms as texts, each once, without `unknown`, which attestations in an index have. */
export function namePlatforms(platforms: readonly (Platform | null)[]): string[] {
  const known = platforms.filter((one) => one !== null).filter(({ os }) => os !== 'unknown');
  return [...new Set(known.map(formatPlatform))].slice(0, MAX_PLATFORMS);
}

/** The most platforms that are stored of one index. */
const MAX_PLATFORMS = 100;
