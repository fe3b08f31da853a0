const hour = 3_600_000;

/**
 * Fires the Worker's cron trigger every hour, as Cloudflare does: `wrangler dev` does not, and
 * without it nothing would be collected on this machine. Ends with the process.
 */
export function runSchedule(origin: string): void {
  const fire = () => fetch(`${origin}/cdn-cgi/local/scheduled?cron=0+*+*+*+*`);
  setInterval(() => fire().catch(() => {}), hour).unref();
}
