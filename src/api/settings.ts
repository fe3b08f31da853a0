import type { z } from '@hono/zod-openapi';
import { readSettings, writeSettings } from '../storage/settings.ts';
import { settings, settingsChange } from './contracts/settings.ts';
import { endpoint, jsonBody, jsonResponse } from './endpoint.ts';

const tags = ['Settings'];
const PATH = '/settings';

export const getSettings = endpoint(
  // Users who upload or restore need to know the limits.
  'signed-in',
  {
    method: 'get',
    path: PATH,
    tags,
    summary: 'View the settings of the platform',
    responses: { 200: jsonResponse(settings, 'The settings.') },
  },
  async (c) => c.json(await readSettings(c.var.services.db), 200),
);

export const changeSettings = endpoint(
  {
    always: 'admin',
    also: [
      {
        // The one changes access, the other deletes what is in the trash for longer.
        asks: ({ anonymousPull, trashDays }: z.output<typeof settingsChange>) =>
          anonymousPull !== undefined || trashDays !== undefined,
        requires: 'admin-session',
      },
      {
        asks: ({ anonymousPull }: z.output<typeof settingsChange>) => anonymousPull === true,
        requires: 'admin-session-confirmed',
      },
      {
        // A longer life is one of those that exist, too.
        asks: ({ tokenLifetimeDays, sessionLifetimeDays }: z.output<typeof settingsChange>) =>
          tokenLifetimeDays !== undefined || sessionLifetimeDays !== undefined,
        requires: 'admin-confirmed',
      },
    ],
  },
  {
    method: 'patch',
    path: PATH,
    tags,
    summary: 'Change some of the settings; effective within a minute',
    description: '`anonymousPull` and `trashDays` take a browser session.',
    request: { body: jsonBody(settingsChange) },
    responses: { 200: jsonResponse(settings, 'All settings after the change.') },
  },
  async (c) => {
    const change = c.req.valid('json');
    return c.json(await writeSettings(c.var.services.db, change, Date.now()), 200);
  },
);
