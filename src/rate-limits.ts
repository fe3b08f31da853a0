/**
 * Counts one more request of a key; false if the key has had more than its limit in wrangler.toml
 * allows in a minute. Never throws: where the limit cannot be asked, everything is allowed.
 */
export type Limiter = (key: string) => Promise<boolean>;

export function openLimiter(binding: RateLimit | undefined): Limiter {
  return async (key) => {
    try {
      return binding === undefined || (await binding.limit({ key })).success;
    } catch (error) {
      console.error({ message: 'a rate limit could not be asked', error });
      return true;
    }
  };
}
