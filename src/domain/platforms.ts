import * as z from 'zod/mini';

/** What content runs on. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | null;
}

/** Characters of one part of a platform that are taken; real ones are short. */
const word = z.string().check(z.minLength(1), z.maxLength(64));

/**
 * A platform as a descriptor of an index or an image's config has it. What is not one comes
 * out as null: both come from clients, unchecked.
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

/** Reads `os/architecture[/variant]`; null when a text is something else. */
export function parsePlatform(text: string): Platform | null {
  const [, os, architecture, variant = null] = PLATFORM.exec(text) ?? [];
  return os === undefined || architecture === undefined ? null : { os, architecture, variant };
}

/** `os/architecture[/variant]`. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === null ? [] : [variant])].join('/');
}

/** Platforms as texts, each once. Attestations in an index say that theirs is `unknown`. */
export function namePlatforms(platforms: readonly (Platform | null)[]): string[] {
  const known = platforms.filter((one) => one !== null).filter(({ os }) => os !== 'unknown');
  return [...new Set(known.map(formatPlatform))].slice(0, MAX_PLATFORMS);
}

/** Platforms kept of one index. */
const MAX_PLATFORMS = 100;
