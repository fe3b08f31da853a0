import { z } from '@hono/zod-openapi';
import { SETTINGS } from '../../domain/settings.ts';

export const settings = z.object(SETTINGS).openapi('Settings');

export const settingsChange = z.strictObject(SETTINGS).partial().openapi('SettingsChange');
