import { sql } from 'drizzle-orm';
import type { Admission } from '../../../src/registry/push-manifest.ts';

/** Lets a manifest in, whatever the database says of who pushes it. */
export const ADMITTED: Admission = {
  isNew: true,
  confirm: () => sql`SELECT 1`,
  renew: () => Promise.reject(new Error('no decision is needed')),
};
