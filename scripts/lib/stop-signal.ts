/** A signal that aborts when this process is asked to stop. */
export function onStopSignal(): AbortSignal {
  const controller = new AbortController();
  const end = () => controller.abort();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, end);
  // The server ends with a parent that opened a channel, as tests do.
  process.on('disconnect', end);
  process.channel?.unref();
  // npm signals the shell between it and this process, which ends without passing it on.
  const parent = process.ppid;
  const check = () => process.ppid !== parent && end();
  if (process.env.npm_lifecycle_event) setInterval(check, 500).unref();
  return controller.signal;
}
