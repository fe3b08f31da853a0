import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** Cost of scrypt: about 16 MiB and 50 ms for each guess. */
const COST = { N: 16384, r: 8, p: 1 } as const;

const FORMAT = /^scrypt:N=([0-9]+),r=([0-9]+),p=([0-9]+):([\w-]+):([\w-]+)$/;

/** Hashes a user's password; the result holds the parameters, the salt and the hash. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST);
  const parameters = `N=${COST.N},r=${COST.r},p=${COST.p}`;
  return `scrypt:${parameters}:${salt.toString('base64url')}:${key.toString('base64url')}`;
}

/** Whether a password is the one that was hashed. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const match = FORMAT.exec(hash);
  if (!match) return false;
  const [, N, r, p, salt = '', key = ''] = match;
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const derived = await derive(password, Buffer.from(salt, 'base64url'), cost);
  const expected = Buffer.from(key, 'base64url');
  return expected.length === derived.length && timingSafeEqual(expected, derived);
}

/** Whether two secrets are the same, in a time that reveals nothing about them. */
export function isSameSecret(one: string, two: string): boolean {
  const key = randomBytes(32);
  return timingSafeEqual(mac(key, one), mac(key, two));
}

/** A short keyed fingerprint, base64url. */
export function fingerprint(key: string, text: string): string {
  return mac(key, text).toString('base64url').slice(0, 22);
}

/** Generates a secret of 240 bits, with a prefix that scanners can find. */
export function generateSecret(prefix: string): string {
  return `${prefix}${randomBytes(30).toString('base64url')}`;
}

/** The keyed hash under which a generated secret is stored and found. */
export function hashSecret(key: string, secret: string): string {
  return mac(key, `secret:${secret}`).toString('base64url');
}

function mac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function derive(
  password: string,
  salt: Buffer,
  cost: { N: number; r: number; p: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(
      password.normalize('NFKC'),
      salt,
      32,
      { ...cost, maxmem: 64 * 1024 * 1024 },
      (error, key) => (error ? reject(error) : resolve(key as Buffer)),
    );
  });
}
