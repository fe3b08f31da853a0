import { z } from '@hono/zod-openapi';
import { decodeCursor, toPage } from '../domain/cursors.ts';
import { RegistryError } from '../domain/errors.ts';
import { DAY_MS } from '../domain/time.ts';
import { generateSigningSecret } from '../domain/triggers/signing.ts';
import * as storage from '../storage/triggers/triggers.ts';
import { nameTaken } from './conflict.ts';
import { projectParams } from './contracts/projects.ts';
import {
  createdTrigger,
  rotatedSecret,
  trigger,
  triggerParams,
  triggerRules,
  triggersQuery,
} from './contracts/triggers.ts';
import { endpoint, jsonBody, jsonResponse, pageOf } from './endpoint.ts';
import { formatTime } from './http.ts';
import {
  checkAction,
  findOwn,
  openOwn,
  sealOwn,
  secretAfter,
  toWrite,
  triggerBody,
  wakeChanged,
} from './trigger-parts.ts';

const tags = ['Triggers'];
const ALL = '/projects/{projectId}/triggers';
const ONE = `${ALL}/{triggerId}`;

/** How long both signing secrets count after a rotation, ms. */
const BOTH_FOR = DAY_MS;

/** An action has 64 KiB, and the rest of a trigger as much. */
const TRIGGER_LIMIT = 256 * 1024;

export const listTriggers = endpoint(
  { action: 'trigger:manage', on: 'project', confirmed: false },
  {
    method: 'get',
    path: ALL,
    tags,
    summary: 'List the triggers of a project by name',
    request: { params: projectParams, query: triggersQuery },
    responses: { 200: jsonResponse(pageOf(trigger), 'A page of triggers.') },
  },
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const [after] = cursor === undefined ? [''] : decodeCursor(cursor, z.tuple([z.string()]));
    const { services, project } = c.var;
    const found = await storage.listTriggers(services.db, project.id, after, limit + 1);
    const { items, next } = toPage(found, limit, ({ name }) => [name]);
    const bodies = await Promise.all(items.map((one) => triggerBody(c, one)));
    return c.json({ items: bodies, next }, 200);
  },
);

export const createTrigger = endpoint(
  { action: 'trigger:manage', on: 'project', confirmed: true },
  {
    method: 'post',
    path: ALL,
    bodyLimit: TRIGGER_LIMIT,
    tags,
    summary: 'Create a trigger: a request that is sent when something happens in a project',
    request: { params: projectParams, body: jsonBody(triggerRules) },
    responses: { 201: jsonResponse(createdTrigger, 'Created, with its signing secret.') },
  },
  async (c) => {
    const { secret = null, ...rules } = c.req.valid('json');
    const { services, project } = c.var;
    await checkAction(c, rules.action, secret !== null);
    const signing = generateSigningSecret();
    const sealed = await sealOwn(c, { signing, previous: null, secret });
    const written = await toWrite(c, rules, sealed);
    const id = await storage.insertTrigger(services.db, project.id, written, Date.now());
    if (id === 'too-many') throw new RegistryError('TOO_MANY_TRIGGERS');
    if (id === 'name-taken') throw nameTaken(`trigger ${rules.name} in this project`);
    const made = await triggerBody(c, await findOwn(c, id));
    return c.json({ ...made, signingSecret: signing }, 201);
  },
);

export const getTrigger = endpoint(
  { action: 'trigger:manage', on: 'project', confirmed: false },
  {
    method: 'get',
    path: ONE,
    tags,
    summary: 'View a trigger',
    request: { params: triggerParams },
    responses: { 200: jsonResponse(trigger, 'The trigger.') },
  },
  async (c) => c.json(await triggerBody(c, await findOwn(c, c.req.valid('param').triggerId)), 200),
);

export const changeTrigger = endpoint(
  { action: 'trigger:manage', on: 'project', confirmed: true },
  {
    method: 'put',
    path: ONE,
    bodyLimit: TRIGGER_LIMIT,
    tags,
    summary: 'Replace a trigger, and resume it if it was paused',
    request: { params: triggerParams, body: jsonBody(triggerRules) },
    responses: { 200: jsonResponse(trigger, 'The trigger after the change.') },
  },
  async (c) => {
    const { secret, ...rules } = c.req.valid('json');
    const before = await findOwn(c, c.req.valid('param').triggerId);
    const secrets = await openOwn(c, before);
    const after = { ...secrets, secret: secretAfter(secrets.secret, secret, before, rules) };
    await checkAction(c, rules.action, after.secret !== null);
    const written = await toWrite(c, rules, await sealOwn(c, after));
    const isChanged = await storage.updateTrigger(c.var.services.db, before, written, Date.now());
    const now = await findOwn(c, before.id);
    if (!isChanged) {
      const isOld = now.secrets.sealed !== before.secrets.sealed;
      throw isOld ? changedSince() : nameTaken(`trigger ${rules.name} in this project`);
    }
    wakeChanged(c, before.id);
    return c.json(await triggerBody(c, now), 200);
  },
);

export const deleteTrigger = endpoint(
  { action: 'trigger:manage', on: 'project', confirmed: false },
  {
    method: 'delete',
    path: ONE,
    tags,
    summary: 'Delete a trigger, its log, and what waits for it',
    request: { params: triggerParams },
    responses: { 204: { description: 'Deleted.' } },
  },
  async (c) => {
    const { id } = await findOwn(c, c.req.valid('param').triggerId);
    await storage.deleteTrigger(c.var.services.db, id);
    // Its object finds that it is gone, and empties its storage.
    wakeChanged(c, id);
    return c.body(null, 204);
  },
);

export const rotateSigningSecret = endpoint(
  { action: 'trigger:manage', on: 'project', confirmed: true },
  {
    method: 'post',
    path: `${ONE}/signing-secret`,
    tags,
    summary: 'Make a new signing secret; the previous one signs beside it for a day',
    request: { params: triggerParams },
    responses: { 200: jsonResponse(rotatedSecret, 'The new secret.') },
  },
  async (c) => {
    const before = await findOwn(c, c.req.valid('param').triggerId);
    const secrets = await openOwn(c, before);
    const signing = generateSigningSecret();
    const until = Date.now() + BOTH_FOR;
    const previous = { signing: secrets.signing, until };
    const sealed = await sealOwn(c, { ...secrets, signing, previous });
    const { db } = c.var.services;
    if (!(await storage.replaceSecrets(db, before.id, before.secrets, sealed))) {
      throw changedSince();
    }
    return c.json({ signingSecret: signing, previousUntil: formatTime(until) }, 200);
  },
);

function changedSince(): RegistryError {
  return new RegistryError('PRECONDITION_FAILED', 'the trigger has changed since then');
}
