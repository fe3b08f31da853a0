import { confirmDecision } from '../auth/confirm-decision.ts';
import {
  type Identity,
  identityOf,
  type Principal,
  requireOwnPassword,
} from '../auth/principal.ts';
import { noteTokenUse } from '../auth/token-use.ts';
import { clientAddress } from '../http/client-address.ts';
import type { Repository } from '../registry/context.ts';
import type { RequestedContent } from '../registry/requested-content.ts';
import type { Decided, V2Context } from './http.ts';

/**
 * Leaves who makes the request, as the database knows it.
 * @throws RegistryError PASSWORD_CHANGE_REQUIRED
 */
export function setPrincipal(c: V2Context, principal: Principal): void {
  requireOwnPassword(principal);
  c.set('principal', principal);
  setIdentity(c, identityOf(principal));
}

/** Leaves who makes the request, as a decision knows it. */
export function setIdentity(c: V2Context, identity: Identity): void {
  c.set('identity', identity);
  const use = { address: clientAddress(c), context: () => c.executionCtx };
  noteTokenUse(c.var.services.db, identity.subject, use);
}

/** Leaves what the handlers of a repository need. */
export function setRepositoryContext(
  c: V2Context,
  repository: Repository,
  content: RequestedContent,
  { askedAt, standing }: Decided,
): void {
  c.set('decided', { askedAt, standing });
  const actor = c.var.identity.name;
  c.set('repo', { ...c.var.services, repository, actor, now: Date.now() });
  c.set('content', content);
}

/**
 * Leaves the decision that lets a manifest in, for the transaction that confirms it.
 * @param isNew whether the database has made it for this request
 * @param decide makes the database decide, and leaves what it says
 */
export function setAdmission(c: V2Context, isNew: boolean, decide: () => Promise<void>): void {
  const admission = {
    isNew,
    confirm() {
      const { identity, decided, repo } = c.var;
      return confirmDecision(identity, decided.standing, repo.repository, Date.now());
    },
    async renew() {
      await decide();
      admission.isNew = true;
      return c.var.repo;
    },
  };
  c.set('admission', admission);
}
