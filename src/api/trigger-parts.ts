import type { z } from '@hono/zod-openapi';
import { RegistryError } from '../domain/errors.ts';
import {
  actionFaults,
  needsSecret,
  originOf,
  sendsSecretAlike,
  type TriggerAction,
} from '../domain/triggers/action.ts';
import { destinationFault } from '../domain/triggers/destinations.ts';
import {
  openSecrets,
  type SealedSecrets,
  sealSecrets,
  type TriggerSecrets,
} from '../domain/triggers/sealing.ts';
import { generateSigningSecret } from '../domain/triggers/signing.ts';
import { hasOpenedNetworks } from '../env.ts';
import { callDeliveries } from '../events/triggers/calls.ts';
import { logFailure } from '../storage/failures.ts';
import { readTriggerHttp } from '../storage/settings.ts';
import {
  findTrigger,
  findWorkspaceId,
  type TriggerRecord,
  type TriggerToWrite,
} from '../storage/triggers/triggers.ts';
import type { trigger, triggerRules } from './contracts/triggers.ts';
import { type ApiContext, formatTime } from './http.ts';

type Rules = Omit<z.output<typeof triggerRules>, 'secret'>;

/** A trigger of the project that the path names. @throws RegistryError NOT_FOUND */
export async function findOwn(c: ApiContext, id: number): Promise<TriggerRecord> {
  const found = await findTrigger(c.var.services.db, id);
  if (found?.projectId === c.var.project.id) return found;
  throw new RegistryError('NOT_FOUND', 'the project has no such trigger');
}

/** The secrets of a trigger. Those that no key opens are lost: others take their place. */
export async function openOwn(c: ApiContext, found: TriggerRecord): Promise<TriggerSecrets> {
  try {
    return await openSecrets(c.var.config.credentialKeys, found.projectId, found.secrets);
  } catch (error) {
    logFailure('the secrets of a trigger cannot be read', error, { trigger: found.id });
    return { signing: generateSigningSecret(), previous: null, secret: null };
  }
}

export async function sealOwn(c: ApiContext, secrets: TriggerSecrets): Promise<SealedSecrets> {
  return await sealSecrets(c.var.config.credentialKey, c.var.project.id, secrets);
}

/**
 * The secret after a change. Who changes a trigger need not know its secret, and must not make it go
 * where it can be read, which may be another path of the same host: it stays while all that it is
 * sent with stays, and is given again otherwise.
 */
export function secretAfter(
  before: string | null,
  given: string | null | undefined,
  { action }: Pick<TriggerRecord, 'action'>,
  rules: Rules,
): string | null {
  if (given !== undefined) return given;
  if (before === null || sendsSecretAlike(action, rules.action)) return before;
  const message = 'secret: where it is sent has changed: enter it again';
  throw new RegistryError('FIELD_INVALID', message, { field: 'secret' });
}

/** @throws RegistryError FIELD_INVALID if an action cannot be used, or goes where it may not */
export async function checkAction(
  c: ApiContext,
  action: TriggerAction,
  hasSecret: boolean,
): Promise<void> {
  const [fault] = Object.entries(actionFaults(action));
  if (fault) throw invalid(`action.${fault[0]}`, fault[1]);
  const http = await readTriggerHttp(c.var.services.db);
  const policy = { http, opened: hasOpenedNetworks(c.env), own: ownOrigin(c) };
  const refused = destinationFault(new URL(originOf(action)), policy);
  if (refused !== null) throw invalid('action.url', refused);
  if (needsSecret(action) && !hasSecret) throw invalid('secret', '{{secret}} needs a secret');
}

/** The columns of a trigger. @throws RegistryError FIELD_INVALID for a workspace of another project */
export async function toWrite(
  c: ApiContext,
  { workspace, ...rules }: Rules,
  secrets: SealedSecrets,
): Promise<TriggerToWrite> {
  const { services, project } = c.var;
  const id = workspace === null ? null : await findWorkspaceId(services.db, project.id, workspace);
  if (workspace !== null && id === null) {
    throw invalid('workspace', `the project has no workspace ${workspace}`);
  }
  return { ...rules, workspaceId: id, origin: ownOrigin(c), secrets };
}

export async function triggerBody(
  c: ApiContext,
  found: TriggerRecord,
): Promise<z.input<typeof trigger>> {
  const { id, name, workspace, enabled, images, tags, action, pauseReason } = found;
  const { secret } = await openOwn(c, found);
  return {
    ...{ id, name, workspace, enabled, pauseReason },
    action: { ...action, headers: [...action.headers] },
    events: [...found.events] as z.input<typeof trigger>['events'],
    images: [...images],
    tags: [...tags],
    hasSecret: secret !== null,
    pausedAt: formatTime(found.pausedAt),
    createdAt: formatTime(found.createdAt),
    updatedAt: formatTime(found.updatedAt),
  };
}

/** Tells the object of a trigger, after the answer, that it was changed or deleted. */
export function wakeChanged(c: ApiContext, triggerId: number): void {
  const call = callDeliveries(c.var.services.triggers, 'wake', { triggerId, changed: true });
  // The schedule finds what waits, if this is lost.
  c.executionCtx.waitUntil(call.then((answer) => answer.body?.cancel()).catch(() => {}));
}

function ownOrigin(c: ApiContext): string {
  return new URL(c.req.url).origin;
}

function invalid(field: string, message: string): RegistryError {
  return new RegistryError('FIELD_INVALID', `${field}: ${message}`, { field });
}
