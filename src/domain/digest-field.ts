import * as z from 'zod/mini';
import { type Digest, isDigest } from './digest.ts';

/** A digest in JSON that others wrote. */
export const digestField = z.pipe(
  z.string().check(z.refine(isDigest, 'is not a sha256 or sha512 digest')),
  z.transform((text) => text as Digest),
);
