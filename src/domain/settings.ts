import * as z from 'zod/mini';

const MIB = 1024 * 1024;

/** Settings of the whole platform, which an admin changes. */
const settings = z.object({
  /** Whether anonymous users may pull from public workspaces. */
  anonymousPull: z.boolean(),
  /** Whether layers of any type may have `urls` and be elsewhere, not only foreign layers. */
  layerUrls: z.boolean(),
  /** Whether requests of triggers may use plain http. */
  triggerHttp: z.boolean(),
  /** Days in which deleted content can be restored. */
  trashDays: z.int(),
  /** The largest file that the console uploads, in bytes; clients have no limit. */
  uploadLimitBytes: z.int(),
  /** Bytes of stored content that are read and verified each day; 0: none. */
  scrubBytesPerDay: z.int(),
  /** Days after which an access token, and a docker login, ends at the latest. */
  tokenLifetimeDays: z.int(),
  /** Days after which a session in a browser ends at the latest. */
  sessionLifetimeDays: z.int(),
});

export type Settings = Readonly<z.infer<typeof settings>>;

/** The lowest and the highest value of each number. */
export const SETTING_BOUNDS = {
  trashDays: [0, 365],
  uploadLimitBytes: [MIB, MIB * MIB],
  scrubBytesPerDay: [0, 100 * MIB * MIB],
  tokenLifetimeDays: [1, 3650],
  sessionLifetimeDays: [1, 3650],
} as const;

/** The values until an admin changes them. */
export const DEFAULT_SETTINGS: Settings = {
  anonymousPull: false,
  layerUrls: false,
  triggerHttp: false,
  trashDays: 7,
  uploadLimitBytes: 2048 * MIB,
  scrubBytesPerDay: 50 * 1024 * MIB,
  tokenLifetimeDays: 365,
  sessionLifetimeDays: 365,
};

const stored = z.partial(settings);

/** Parses stored settings, by name; one that was never set has its default. */
export function parseSettings(values: Readonly<Record<string, unknown>>): Settings {
  return { ...DEFAULT_SETTINGS, ...stored.parse(values) } as Settings;
}
