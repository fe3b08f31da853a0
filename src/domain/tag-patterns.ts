/** The grammar of a pattern: characters of tags, `*` for any number of characters, `?` for one. */
export const TAG_PATTERN = /^[a-zA-Z0-9_.*?-]+$/;

/** The most characters of a pattern: the database matches it too, and accepts no more. */
export const MAX_PATTERN_LENGTH = 50;

/** The most patterns of one list. */
export const MAX_PATTERNS = 20;

/**
 * Whether a whole tag matches a pattern, as SQLite's GLOB decides it, in at most
 * (length of the pattern) × (length of the tag) steps.
 */
export function matchesPattern(pattern: string, tag: string): boolean {
  let [p, t] = [0, 0];
  /** After the last `*`, and where the tag continues if the `*` must match one more. */
  let [afterStar, resume] = [-1, 0];
  while (t < tag.length) {
    if (pattern[p] === '?' || pattern[p] === tag[t]) {
      p++;
      t++;
    } else if (pattern[p] === '*') {
      afterStar = ++p;
      resume = t;
    } else if (afterStar >= 0) {
      p = afterStar;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** Whether a pattern may match more than one tag. */
export function hasWildcard(pattern: string): boolean {
  return /[*?]/.test(pattern);
}

/** Whether a tag matches one of the patterns. */
export function matchesAny(patterns: readonly string[], tag: string): boolean {
  return patterns.some((pattern) => matchesPattern(pattern, tag));
}
