import { z } from '@hono/zod-openapi';
import { SETTING_BOUNDS, type Settings } from '../../domain/settings.ts';

const within = ([least, most]: readonly [number, number]) => z.int().min(least).max(most);

const fields = {
  anonymousPull: z.boolean().describe('Whether anonymous users may pull from public workspaces.'),
  layerUrls: z
    .boolean()
    .describe(
      'Whether content of any type may have `urls` in its manifest, and layers with them be elsewhere. Foreign layers always may.',
    ),
  triggerHttp: z
    .boolean()
    .describe('Whether requests of triggers may use plain http instead of https.'),
  trashDays: within(SETTING_BOUNDS.trashDays).describe('Days that deleted items can be restored.'),
  uploadLimitBytes: within(SETTING_BOUNDS.uploadLimitBytes).describe(
    'Maximum size of a file uploaded in the console, in bytes; clients have no limit.',
  ),
  scrubBytesPerDay: within(SETTING_BOUNDS.scrubBytesPerDay).describe(
    'Bytes of stored content to read and verify each day; 0: none.',
  ),
  tokenLifetimeDays: within(SETTING_BOUNDS.tokenLifetimeDays).describe(
    'Days after which an access token ends at the latest, existing ones too.',
  ),
  sessionLifetimeDays: within(SETTING_BOUNDS.sessionLifetimeDays).describe(
    'Days after which a browser session ends at the latest, existing ones too.',
  ),
} satisfies Record<keyof Settings, z.ZodType>;

export const settings = z.object(fields).openapi('Settings');

export const settingsChange = z.strictObject(fields).partial().openapi('SettingsChange');
