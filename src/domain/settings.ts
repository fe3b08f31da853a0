import * as z from 'zod/mini';

const MIB = 1024 * 1024;

/** What an admin can set for the whole platform. */
const settings = z.object({
  /** Whether public workspaces may be pulled from without signing in. */
  anonymousPull: z.boolean(),
  /** Days that what was deleted can be restored. */
  trashDays: z.int(),
  /** Bytes of the largest file the console uploads; clients have no limit. */
  uploadLimitBytes: z.int(),
  /** Bytes of stored content that are read again each day to verify them; 0: none. */
  scrubBytesPerDay: z.int(),
});

export type Settings = Readonly<z.infer<typeof settings>>;

/** The least and the most of each number. */
export const SETTING_BOUNDS = {
  trashDays: [0, 365],
  uploadLimitBytes: [MIB, MIB * MIB],
  scrubBytesPerDay: [0, 100 * MIB * MIB],
} as const;

/** What holds until an admin says otherwise. */
const DEFAULTS: Settings = {
  anonymousPull: false,
  trashDays: 7,
  uploadLimitBytes: 2048 * MIB,
  scrubBytesPerDay: 50 * 1024 * MIB,
};

const stored = z.partial(settings);

/** Settings as they are stored, by name; what was never set has its default. */
export function parseSettings(values: Readonly<Record<string, unknown>>): Settings {
  return { ...DEFAULTS, ...stored.parse(values) } as Settings;
}
