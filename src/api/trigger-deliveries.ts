import { z } from '@hono/zod-openapi';
import { principalName } from '../auth/principal.ts';
import { decodeCursor, toPage } from '../domain/cursors.ts';
import { RegistryError } from '../domain/errors.ts';
import type { Delivery } from '../domain/triggers/delivery.ts';
import { testFacts } from '../domain/triggers/message.ts';
import { callDeliveries } from '../events/triggers/calls.ts';
import { delivery, deliveryParams, triggerParams, triggersQuery } from './contracts/triggers.ts';
import { endpoint, jsonResponse, pageOf } from './endpoint.ts';
import { formatTime } from './http.ts';
import { findOwn } from './trigger-parts.ts';

const tags = ['Triggers'];
const ONE = '/projects/{projectId}/triggers/{triggerId}';

export const listDeliveries = endpoint(
  { action: 'trigger:manage', on: 'project', confirmed: false },
  {
    method: 'get',
    path: `${ONE}/deliveries`,
    tags,
    summary: 'List the deliveries of a trigger, newest first: 30 days, 5,000 at most',
    request: { params: triggerParams, query: triggersQuery },
    responses: { 200: jsonResponse(pageOf(delivery), 'A page of deliveries.') },
  },
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const key = z.tuple([z.int()]);
    const [before] = cursor === undefined ? [Number.MAX_SAFE_INTEGER] : decodeCursor(cursor, key);
    const { id: triggerId } = await findOwn(c, c.req.valid('param').triggerId);
    const asked = { triggerId, before, limit: limit + 1 };
    const answer = await callDeliveries(c.var.services.triggers, 'list', asked);
    const found = (await answer.json()) as Delivery[];
    const { items, next } = toPage(found, limit, ({ id }) => [id]);
    return c.json({ items: items.map(deliveryBody), next }, 200);
  },
);

export const testTrigger = endpoint(
  { action: 'trigger:manage', on: 'project', confirmed: false },
  {
    method: 'post',
    path: `${ONE}/test`,
    tags,
    summary: 'Send a test, as a push of the tag test would be, and answer what came of it',
    request: { params: triggerParams },
    responses: { 200: jsonResponse(delivery, 'The delivery, successful or not.') },
  },
  async (c) => {
    const { services, principal } = c.var;
    const found = await findOwn(c, c.req.valid('param').triggerId);
    const { project, workspace } = found;
    const place = { project, workspace, actor: principalName(principal) };
    const facts = testFacts(crypto.randomUUID(), place, Date.now());
    const asked = { triggerId: found.id, facts };
    const sent = readSent(await callDeliveries(services.triggers, 'test', asked));
    return c.json(deliveryBody(await sent), 200);
  },
);

export const redeliver = endpoint(
  { action: 'trigger:manage', on: 'project', confirmed: false },
  {
    method: 'post',
    path: `${ONE}/deliveries/{deliveryId}/redelivery`,
    tags,
    summary: 'Send the event of a delivery again, under the same webhook-id',
    request: { params: deliveryParams },
    responses: { 200: jsonResponse(delivery, 'The new delivery, successful or not.') },
  },
  async (c) => {
    const { triggerId, deliveryId } = c.req.valid('param');
    await findOwn(c, triggerId);
    const asked = { triggerId, deliveryId };
    const sent = readSent(await callDeliveries(c.var.services.triggers, 'redeliver', asked));
    return c.json(deliveryBody(await sent), 200);
  },
);

async function readSent(answer: Response): Promise<Delivery> {
  if (answer.ok) return (await answer.json()) as Delivery;
  await answer.body?.cancel();
  if (answer.status !== 429) throw new RegistryError('NOT_FOUND', 'that event is no longer kept');
  throw new RegistryError('TOO_MANY_REQUESTS', 'other requests of this trigger are in flight');
}

function deliveryBody(one: Delivery) {
  return { ...one, at: formatTime(one.at) };
}
