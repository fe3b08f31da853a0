import { expect } from 'vitest';
import { ADMIN, expectStatus, type Sent, send } from './registry-client.ts';

/** What a response says of an upload: where it continues, and how far it is. */
export function readProgress(response: Response): { location: string; range: string | null } {
  return {
    location: response.headers.get('location') ?? '',
    range: response.headers.get('range'),
  };
}

/** The text of the id of an upload's Durable Object, as its address has it. */
export function objectId(location: string): string {
  const [, claims = ''] = (location.split('/').at(-1) ?? '').split('.');
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { jti: string }).jti;
}

/** Appends a chunk that must be taken; answers the next address. */
export async function append(
  location: string,
  body: NonNullable<Sent['body']>,
  headers: Record<string, string> = {},
): Promise<string> {
  const response = await expectStatus(await send(ADMIN, 'PATCH', location, { headers, body }), 202);
  return readProgress(response).location;
}

/** Asserts that a repository serves just these bytes under a digest. */
export async function expectBlob(
  repository: string,
  digest: string,
  bytes: Uint8Array,
): Promise<void> {
  const response = await send(ADMIN, 'GET', `/v2/${repository}/blobs/${digest}`);
  await expectStatus(response, 200);
  const found = Buffer.from(await response.arrayBuffer());
  expect([found.length, found.equals(bytes)]).toEqual([bytes.length, true]);
}

/** Asserts that a repository has no such blob. */
export async function expectNoBlob(repository: string, digest: string): Promise<void> {
  const response = await send(ADMIN, 'HEAD', `/v2/${repository}/blobs/${digest}`);
  await expectStatus(response, 404);
}
