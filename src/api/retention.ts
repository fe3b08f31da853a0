import { z } from '@hono/zod-openapi';
import { decodeCursor, encodeCursor } from '../domain/cursors.ts';
import { RegistryError } from '../domain/errors.ts';
import { formatRules, parseRules, type RetentionRules } from '../domain/retention.ts';
import { type Backtest, backtestRetention } from '../maintenance/retention/backtest.ts';
import { previewRetention } from '../maintenance/retention/preview.ts';
import type { JudgedVersion } from '../maintenance/retention/walk.ts';
import { readRetention, writeRetention } from '../storage/retention/retention.ts';
import {
  backtest,
  backtestQuery,
  newBacktest,
  newRetentionRules,
  retentionPreview,
  retentionPreviewQuery,
  retentionRules,
  type UnkeptReason,
} from './contracts/retention.ts';
import { workspaceParams } from './contracts/workspaces.ts';
import { endpoint, jsonBody, jsonResponse } from './endpoint.ts';
import { formatDay, formatTime } from './http.ts';

const tags = ['Retention'];
const ONE = '/workspaces/{workspace}/retention';

export const getRetention = endpoint(
  { action: 'workspace:view', on: 'workspace' },
  {
    method: 'get',
    path: ONE,
    tags,
    summary: 'View the retention rules of a workspace',
    request: { params: workspaceParams },
    responses: { 200: jsonResponse(retentionRules, 'The rules.') },
  },
  async (c) => {
    const { services, workspace } = c.var;
    return c.json(parseRules(await readRetention(services.db, workspace.id)), 200);
  },
);

export const setRetention = endpoint(
  { action: 'project:protect', on: 'workspace', confirmed: false },
  {
    method: 'put',
    path: ONE,
    tags,
    summary:
      'Set the retention rules of a workspace; versions that no rule keeps will move to the trash',
    request: { params: workspaceParams, body: jsonBody(newRetentionRules) },
    responses: { 200: jsonResponse(retentionRules, 'The rules now in force.') },
  },
  async (c) => {
    const { services, workspace } = c.var;
    const rules = c.req.valid('json');
    const written = await writeRetention(services.db, workspace.id, formatRules(rules));
    if (!written) throw new RegistryError('NOT_FOUND');
    return c.json(rules, 200);
  },
);

export const previewRules = endpoint(
  { action: 'workspace:view', on: 'workspace' },
  {
    method: 'post',
    path: `${ONE}/preview`,
    tags,
    summary: 'Preview which versions rules would move to the trash now, and why; nothing changes',
    request: {
      params: workspaceParams,
      query: retentionPreviewQuery,
      body: jsonBody(newRetentionRules),
    },
    responses: {
      200: jsonResponse(retentionPreview, 'A page of the versions that would move to the trash.'),
    },
  },
  async (c) => {
    const { services, workspace } = c.var;
    const { limit, cursor } = c.req.valid('query');
    const rules = c.req.valid('json');
    const key =
      cursor === undefined ? null : decodeCursor(cursor, z.tuple([z.string(), z.string()]));
    const after = key && { image: key[0], tag: key[1] };
    const page = { after, limit };
    const found = await previewRetention(services.db, workspace.id, rules, page, Date.now());
    const next = found.next && encodeCursor([found.next.image, found.next.tag]);
    const items = found.versions.flatMap((version) => [
      unkeptVersionBody(version, null, reasonsOf(rules, version)),
      ...version.accessories.map((accessory) =>
        unkeptVersionBody({ ...accessory, image: version.image }, version.tag, ['with-version']),
      ),
    ]);
    return c.json({ items, next, total: found.total }, 200);
  },
);

type UnkeptTag = Pick<
  JudgedVersion,
  'image' | 'tag' | 'digest' | 'size' | 'pushedAt' | 'lastPulledAt' | 'lastUsedAt'
>;

function unkeptVersionBody(version: UnkeptTag, attachedTo: string | null, reasons: UnkeptReason[]) {
  const { image, tag, digest, size, pushedAt, lastPulledAt, lastUsedAt } = version;
  return {
    image,
    tag,
    digest,
    size,
    pushedAt: formatTime(pushedAt),
    lastPulledAt: formatTime(lastPulledAt),
    lastUsedAt: formatTime(lastUsedAt),
    attachedTo,
    reasons,
  };
}

/** The reasons for not keeping a version, one for each kind of rule that is set. */
function reasonsOf(rules: RetentionRules, { kind }: JudgedVersion): UnkeptReason[] {
  const { keepLast, keepDays, keepTags, immutableTags } = rules;
  return [
    ...(keepLast === null || kind !== 'version' ? [] : (['not-among-last'] as const)),
    ...(keepDays === null ? [] : (['not-recent'] as const)),
    ...(keepTags.length + immutableTags.length === 0 ? [] : (['no-pattern'] as const)),
  ];
}

export const backtestRules = endpoint(
  { action: 'workspace:view', on: 'workspace' },
  {
    method: 'post',
    path: `${ONE}/backtest`,
    tags,
    summary:
      'Backtest rules: which versions they would have deleted, and which were pulled afterwards',
    request: { params: workspaceParams, query: backtestQuery, body: jsonBody(newBacktest) },
    responses: { 200: jsonResponse(backtest, 'What the rules would have deleted.') },
  },
  async (c) => {
    const { services, workspace } = c.var;
    const { days, ...rules } = c.req.valid('json');
    const { cursor } = c.req.valid('query');
    const [after] = cursor === undefined ? [''] : decodeCursor(cursor, z.tuple([z.string()]));
    const period = { days, after };
    const found = await backtestRetention(services.db, workspace.id, rules, period, Date.now());
    return c.json(backtestBody(days, after, found), 200);
  },
);

function backtestBody(days: number, after: string, found: Backtest) {
  const { images, deleted, pulledAfterwards, samples, skipped, next } = found;
  return {
    days,
    images,
    deletedVersions: deleted,
    pulledAfterwards,
    samples: samples.map(({ image, tag, digest, day, pulls, lastPulledDay }) => ({
      image,
      tag,
      digest,
      deletedOn: formatDay(day),
      pulls,
      lastPulledOn: formatDay(lastPulledDay ?? day),
    })),
    skipped: [...skipped],
    complete: after === '' && next === null && skipped.length === 0,
    next: next === null ? null : encodeCursor([next]),
  };
}
