import { digestBytes } from '../archive/digest-bytes.ts';
import type { Send } from '../archive/push/send.ts';
import type { RawManifest } from '../archive/write/image-contents.ts';
import { type Digest, digestAlgorithm } from '../domain/digest.ts';
import { MAX_MANIFEST_BYTES, parseManifest } from '../domain/manifests.ts';
import { MANIFEST_TYPES } from '../domain/media-types.ts';
import type { ImageAddress } from './address.ts';
import { nodeRuntime } from './node-runtime.ts';
import { corrupt, expectOk } from './responses.ts';
import { sendWithRetry } from './retry.ts';

/**
 * Fetches a manifest by tag or digest.
 * @throws CommandError missing, denied, failed; corrupt if it does not match its digest
 */
export async function fetchManifest(
  send: Send,
  address: ImageAddress,
  reference: string,
): Promise<RawManifest> {
  const path = `/v2/${address.repository}/manifests/${reference}`;
  const headers = { accept: Object.keys(MANIFEST_TYPES).join(', ') };
  const response = await expectOk(
    await sendWithRetry(send, { method: 'GET', path, headers }),
    address,
  );
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > MAX_MANIFEST_BYTES) throw corrupt('the manifest is too large');
  const named = reference.includes(':') ? reference : response.headers.get('docker-content-digest');
  const algorithm = digestAlgorithm((named ?? 'sha256:') as Digest);
  const digest = await digestBytes(bytes, algorithm, nodeRuntime);
  if (named !== null && named !== digest) {
    throw corrupt(`the manifest ${named} has the digest ${digest}`);
  }
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  const { mediaType } = parseManifest(response.headers.get('content-type'), text);
  return { digest, mediaType, text };
}
