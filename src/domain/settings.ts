import { z } from 'zod';

const MIB = 1024 * 1024;

/** What an admin can set for the whole platform; the single source of names, types and bounds. */
export const SETTINGS = {
  anonymousPull: z
    .boolean()
    .describe('Whether public workspaces may be pulled from without signing in.'),
  trashDays: z.int().min(0).max(365).describe('Days that what was deleted can be restored.'),
  uploadLimitBytes: z
    .int()
    .min(MIB)
    .max(MIB * MIB)
    .describe('Bytes of the largest file the console uploads; clients have no limit.'),
  scrubBytesPerDay: z
    .int()
    .min(0)
    .max(100 * MIB * MIB)
    .describe('Bytes of stored content that are read again each day to verify them; 0: none.'),
};

export type Settings = z.infer<z.ZodObject<typeof SETTINGS>>;

/** What holds until an admin says otherwise. */
const DEFAULTS: Settings = {
  anonymousPull: false,
  trashDays: 7,
  uploadLimitBytes: 2048 * MIB,
  scrubBytesPerDay: 50 * 1024 * MIB,
};

const stored = z.object(SETTINGS).partial();

/** Settings as they are stored, by name; what was never set has its default. */
export function parseSettings(values: Readonly<Record<string, unknown>>): Settings {
  return { ...DEFAULTS, ...stored.parse(values) } as Settings;
}
