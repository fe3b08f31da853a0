import type { Context } from 'hono';

/** The client's IP address, as Cloudflare's edge reports it. */
export function clientAddress({ req }: Context): string {
  return req.header('cf-connecting-ip') ?? 'local';
}
