/** Timeouts, rate limits, restarts and overload, and proxies that do not reach the server. */
const RETRYABLE: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504, 530]);

/**
 * Whether a request that was answered with this status may succeed when it is repeated.
 * 520 to 527 and 530 are Cloudflare's own, for an origin that fails or cannot be reached.
 */
export function isRetryableStatus(status: number): boolean {
  return RETRYABLE.has(status) || (status >= 520 && status <= 527);
}
