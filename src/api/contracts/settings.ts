import { z } from '@hono/zod-openapi';
import { SETTING_BOUNDS, type Settings } from '../../domain/settings.ts';

const within = ([least, most]: readonly [number, number]) => z.int().min(least).max(most);

const fields = {
  anonymousPull: z
    .boolean()
    .describe('Whether public workspaces may be pulled from without signing in.'),
  trashDays: within(SETTING_BOUNDS.trashDays).describe(
    'Days that what was deleted can be restored.',
  ),
  uploadLimitBytes: within(SETTING_BOUNDS.uploadLimitBytes).describe(
    'Bytes of the largest file the console uploads; clients have no limit.',
  ),
  scrubBytesPerDay: within(SETTING_BOUNDS.scrubBytesPerDay).describe(
    'Bytes of stored content that are read again each day to verify them; 0: none.',
  ),
} satisfies Record<keyof Settings, z.ZodType>;

export const settings = z.object(fields).openapi('Settings');

export const settingsChange = z.strictObject(fields).partial().openapi('SettingsChange');
