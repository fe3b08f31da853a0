import { api } from './client.ts';
import type { Input, Item, ResponseBody } from './contract.ts';
import { PAGE_SIZE, pagedQuery } from './pages.ts';
import { queryClient } from './query-client.ts';

const ALL = '/projects/{projectId}/triggers';
const ONE = `${ALL}/{triggerId}` as const;

export type Trigger = Item<`get ${typeof ALL}`>;
export type TriggerRules = Input<`post ${typeof ALL}`>['body'];
export type Delivery = Item<`get ${typeof ONE}/deliveries`>;

const keyOf = (projectId: number) => ['projects', projectId, 'triggers'];

/** The triggers of a project by name. */
export const triggersQuery = (projectId: number) =>
  pagedQuery([...keyOf(projectId), 'list'], (cursor) =>
    api(`get ${ALL}`, { params: { projectId }, query: { cursor, limit: PAGE_SIZE } }),
  );

/** Creates a trigger; answers its signing secret, which is shown once. */
export async function createTrigger(projectId: number, body: TriggerRules): Promise<string> {
  const made = await api(`post ${ALL}`, { params: { projectId }, body });
  await refresh(projectId);
  return made.signingSecret;
}

export async function changeTrigger(
  projectId: number,
  triggerId: number,
  body: TriggerRules,
): Promise<void> {
  await api(`put ${ONE}`, { params: { projectId, triggerId }, body });
  await refresh(projectId);
}

export async function deleteTrigger(projectId: number, triggerId: number): Promise<void> {
  await api(`delete ${ONE}`, { params: { projectId, triggerId } });
  await refresh(projectId);
}

export async function rotateSigningSecret(
  projectId: number,
  triggerId: number,
): Promise<ResponseBody<`post ${typeof ONE}/signing-secret`>> {
  return await api(`post ${ONE}/signing-secret`, { params: { projectId, triggerId } });
}

/** The log of a trigger, newest first. */
export const deliveriesQuery = (projectId: number, triggerId: number) => ({
  ...pagedQuery([...keyOf(projectId), triggerId, 'deliveries'], (cursor) =>
    api(`get ${ONE}/deliveries`, {
      params: { projectId, triggerId },
      query: { cursor, limit: 50 },
    }),
  ),
  staleTime: 0,
});

/** Sends a test and answers what came of it. */
export async function testTrigger(projectId: number, triggerId: number): Promise<Delivery> {
  const sent = await api(`post ${ONE}/test`, { params: { projectId, triggerId } });
  await refresh(projectId);
  return sent;
}

/** Sends the event of a delivery again. */
export async function redeliver(
  projectId: number,
  triggerId: number,
  deliveryId: number,
): Promise<Delivery> {
  const sent = await api(`post ${ONE}/deliveries/{deliveryId}/redelivery`, {
    params: { projectId, triggerId, deliveryId },
  });
  await refresh(projectId);
  return sent;
}

async function refresh(projectId: number): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: keyOf(projectId) });
}
