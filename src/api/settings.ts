import { readSettings, writeSettings } from '../storage/settings.ts';
import { settings, settingsChange } from './contracts/settings.ts';
import { endpoint, jsonBody, jsonResponse } from './endpoint.ts';

const tags = ['Settings'];
const PATH = '/settings';

export const getSettings = endpoint(
  // Whoever uploads or restores something has to know what holds.
  'signed-in',
  {
    method: 'get',
    path: PATH,
    tags,
    summary: 'The settings of the platform',
    responses: { 200: jsonResponse(settings, 'The settings.') },
  },
  async (c) => c.json(await readSettings(c.var.services.db), 200),
);

export const changeSettings = endpoint(
  'admin',
  {
    method: 'patch',
    path: PATH,
    tags,
    summary: 'Change some of the settings; they hold at once',
    request: { body: jsonBody(settingsChange) },
    responses: { 200: jsonResponse(settings, 'All settings as they are now.') },
  },
  async (c) => {
    const change = c.req.valid('json');
    return c.json(await writeSettings(c.var.services.db, change, Date.now()), 200);
  },
);
