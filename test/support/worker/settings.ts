import { forgetDecisions } from '../../../src/auth/decisions.ts';
import { query } from './database.ts';

/** Stores the setting `anonymousPull` as it stands, and lets this isolate know, as a change does. */
export async function storeAnonymousPull(value: string): Promise<void> {
  await query(
    `INSERT INTO settings VALUES ('anonymousPull', ?, 0)
      ON CONFLICT DO UPDATE SET value = excluded.value`,
    value,
  );
  forgetDecisions();
}
