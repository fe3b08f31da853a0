import { toHex } from '../hex.ts';

/** What a trigger's requests are signed with, and what its owner gave for {{secret}}. */
export interface TriggerSecrets {
  readonly signing: string;
  /** The one before, while receivers change to the new one. */
  readonly previous: { readonly signing: string; readonly until: number } | null;
  readonly secret: string | null;
}

/** Encrypted secrets: base64 of the nonce and the ciphertext, and the key that opens them. */
export interface SealedSecrets {
  readonly keyId: string;
  readonly sealed: string;
}

const NONCE_BYTES = 12;

interface SealingKey {
  readonly id: string;
  readonly key: Awaited<ReturnType<typeof crypto.subtle.importKey>>;
}

/** Derived keys, by master key: one or two in an isolate. */
const derived = new Map<string, Promise<SealingKey>>();

/** AES-256-GCM under a key that HKDF-SHA-256 (RFC 5869) derives from the platform's CREDENTIAL_KEY. */
function deriveKey(master: string): Promise<SealingKey> {
  const known = derived.get(master) ?? derive(master);
  derived.set(master, known);
  return known;
}

async function derive(master: string): Promise<SealingKey> {
  const encoder = new TextEncoder();
  const material = await crypto.subtle.importKey('raw', encoder.encode(master), 'HKDF', false, [
    'deriveBits',
  ]);
  const expand = (info: string, bits: number) =>
    crypto.subtle.deriveBits(
      { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encoder.encode(info) },
      material,
      bits,
    );
  const raw = await expand('orlop trigger secrets', 256);
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
  const id = toHex(new Uint8Array(await expand('orlop trigger secrets: key id', 64)));
  return { id, key };
}

/** The id of the key that new secrets are sealed with. */
export async function sealingKeyId(master: string): Promise<string> {
  return (await deriveKey(master)).id;
}

/** Encrypts secrets for a project: they open in no other. */
export async function sealSecrets(
  master: string,
  projectId: number,
  secrets: TriggerSecrets,
): Promise<SealedSecrets> {
  const { id, key } = await deriveKey(master);
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const text = new TextEncoder().encode(JSON.stringify(secrets));
  const algorithm = { name: 'AES-GCM', iv, additionalData: scopeOf(projectId) };
  const encrypted = new Uint8Array(await crypto.subtle.encrypt(algorithm, key, text));
  const bytes = new Uint8Array([...iv, ...encrypted]);
  return { keyId: id, sealed: btoa(String.fromCharCode(...bytes)) };
}

/**
 * Decrypts secrets by the key that sealed them.
 * @param masters the CREDENTIAL_KEY, and the previous one while it is changed
 * @throws Error if none of them did
 */
export async function openSecrets(
  masters: readonly string[],
  projectId: number,
  { keyId, sealed }: SealedSecrets,
): Promise<TriggerSecrets> {
  const keys = await Promise.all(masters.map(deriveKey));
  const found = keys.find(({ id }) => id === keyId);
  if (!found) throw new Error('the secrets of a trigger were sealed with another CREDENTIAL_KEY');
  const bytes = Uint8Array.from(atob(sealed), (c) => c.charCodeAt(0));
  const iv = bytes.subarray(0, NONCE_BYTES);
  const algorithm = { name: 'AES-GCM', iv, additionalData: scopeOf(projectId) };
  const text = await crypto.subtle.decrypt(algorithm, found.key, bytes.subarray(NONCE_BYTES));
  return JSON.parse(new TextDecoder().decode(text)) as TriggerSecrets;
}

function scopeOf(projectId: number): Uint8Array {
  return new TextEncoder().encode(`project:${projectId}`);
}
