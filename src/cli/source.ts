import { createHash } from 'node:crypto';
import { readErrorMessage } from '../archive/push/remote-repository.ts';
import type { Send } from '../archive/push/send.ts';
import type { ManifestText } from '../archive/write/image-contents.ts';
import { type Digest, digestAlgorithm, digestOf } from '../domain/digest.ts';
import { MAX_MANIFEST_BYTES, parseManifest } from '../domain/manifests.ts';
import { MANIFEST_TYPES } from '../domain/media-types.ts';
import { formatAddress, type ImageAddress } from './address.ts';
import { CommandError, EXIT } from './exit.ts';
import { sendPatiently } from './retry.ts';

/**
 * Reads a manifest by tag or digest.
 * @throws CommandError missing, denied, or corrupt where its bytes do not have the digest
 */
export async function fetchManifest(
  send: Send,
  address: ImageAddress,
  reference: string,
): Promise<ManifestText> {
  const path = `/v2/${address.repository}/manifests/${reference}`;
  const headers = { accept: Object.keys(MANIFEST_TYPES).join(', ') };
  const answer = await expectOk(
    await sendPatiently(send, { method: 'GET', path, headers }),
    address,
  );
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (bytes.length > MAX_MANIFEST_BYTES) throw corrupt('the manifest is too large');
  const named = reference.includes(':') ? reference : answer.headers.get('docker-content-digest');
  const digest = digestBytes(bytes, named);
  if (named !== null && named !== digest) {
    throw corrupt(`the manifest ${named} has the digest ${digest}`);
  }
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  const { mediaType } = parseManifest(answer.headers.get('content-type'), text);
  return { digest, mediaType, text };
}

function digestBytes(bytes: Uint8Array, like: string | null): Digest {
  const algorithm = digestAlgorithm((like ?? 'sha256:') as Digest);
  return digestOf(algorithm, createHash(algorithm).update(bytes).digest('hex'));
}

/**
 * An answer that has what was asked for.
 * @throws CommandError denied, missing or failed, with the registry's own words
 */
export async function expectOk(answer: Response, address: ImageAddress): Promise<Response> {
  if (answer.ok) return answer;
  const reason = (await readErrorMessage(answer)) ?? (answer.statusText || 'it did not say why');
  const { host } = address;
  if (answer.status === 401) {
    throw new CommandError(EXIT.denied, `${host} asks to sign in: orlop login ${host}`);
  }
  if (answer.status === 403) throw new CommandError(EXIT.denied, `${host}: ${reason}`);
  if (answer.status === 404) {
    throw new CommandError(EXIT.missing, `there is no ${formatAddress(address)}: ${reason}`);
  }
  throw new CommandError(EXIT.failed, `${host} answered ${answer.status}: ${reason}`);
}

export function corrupt(message: string): CommandError {
  return new CommandError(EXIT.corrupt, message);
}
