/** The grammar of a pattern: characters of tags, `*` for any number of them, `?` for one. */
export const TAG_PATTERN = /^[a-zA-Z0-9_.*?-]+$/;

/** Characters a pattern has at most: the database matches it, too, and takes no more. */
export const MAX_PATTERN_LENGTH = 50;

/** Patterns one list has at most. */
export const MAX_PATTERNS = 20;

/**
 * Whether a whole tag matches a pattern, as SQLite's GLOB decides it. Takes at most
 * (length of the pattern) × (length of the tag) steps.
 */
export function matchesPattern(pattern: string, tag: string): boolean {
  let [p, t] = [0, 0];
  /** Behind the last `*`, and where the tag goes on should that have to take one more. */
  let [behindStar, resume] = [-1, 0];
  while (t < tag.length) {
    if (pattern[p] === '?' || pattern[p] === tag[t]) {
      p++;
      t++;
    } else if (pattern[p] === '*') {
      behindStar = ++p;
      resume = t;
    } else if (behindStar >= 0) {
      p = behindStar;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** Whether a tag matches one of the patterns. */
export function matchesAny(patterns: readonly string[], tag: string): boolean {
  return patterns.some((pattern) => matchesPattern(pattern, tag));
}
