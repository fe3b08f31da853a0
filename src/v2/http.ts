import type { Context as HonoContext } from 'hono';
import type { Proof } from '../auth/authenticate.ts';
import type { AskedAt } from '../auth/decisions.ts';
import type { Identity, Principal } from '../auth/principal.ts';
import type { UploadClaims } from '../auth/tokens.ts';
import type { Digest } from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';
import { formatRepositoryName, type Reference, type RepositoryName } from '../domain/names.ts';
import type { PageRequest } from '../domain/paging.ts';
import type { Standing } from '../domain/roles.ts';
import type { Scope } from '../domain/scopes.ts';
import type { Config, Env } from '../env.ts';
import type { CatalogPage } from '../registry/catalog.ts';
import type { RepositoryContext } from '../registry/context.ts';
import type { Admission } from '../registry/push-manifest.ts';
import type { ReferrersRequest } from '../registry/referrers.ts';
import type { RequestedContent } from '../registry/requested-content.ts';
import type { Services } from '../services.ts';

/** What the middleware of /v2 leaves for the handlers. */
export interface V2Env {
  Bindings: Env;
  Variables: {
    config: Config;
    services: Services;
    /** Who makes the request. */
    identity: Identity;
    /** The same as the database knows it; not set where a remembered decision was enough. */
    principal: Principal;
    /** See Authentication; set with `principal`. */
    mountScopes: readonly Scope[] | null;
    /** What the client has shown. */
    proof: Proof;
    /** Whether the client shows a token that it has asked for without push. */
    pullsOnly: boolean;
    /** Set on routes of a repository only. */
    repo: RepositoryContext;
    /** Whether the client reads because it pushes; not set where a remembered decision was enough. */
    isForPush: boolean;
    /** When the database decided about the repository, and by what. */
    decided: Decided;
    /** Set where a manifest is pushed. */
    admission: Admission;
    /** Of the address of an upload; set on its routes only. Null: it is not one of ours. */
    uploadClaims: UploadClaims | null;
    /** What was looked up in the repository. */
    content: RequestedContent;
    /** Set where the path has one. */
    digest: Digest;
    reference: Reference;
    /** Set on the routes of lists. */
    page: PageRequest;
    referrers: ReferrersRequest;
    /** The page of the catalog, where the query that let the client in has read it. */
    catalog: CatalogPage | undefined;
    /** The scope a 401 of this route asks for. */
    challengeScope: string | undefined;
  };
}

/** What a request keeps of the decision that lets it in. */
export interface Decided {
  readonly askedAt: AskedAt;
  readonly standing: Standing;
}

export type V2Context = HonoContext<V2Env>;

/** For content that never changes at its address; `private`, because access is limited. */
export const IMMUTABLE = 'private, max-age=31536000, immutable, no-transform';

/**
 * A query parameter that may have only one value. Clients that add a parameter to an address which
 * has it already give it twice.
 * @throws RegistryError PARAMETER_INVALID
 */
export function singleQuery(c: V2Context, name: string): string | undefined {
  const values = c.req.queries(name) ?? [];
  if (new Set(values).size > 1) {
    throw new RegistryError('PARAMETER_INVALID', `the parameter ${name} has several values`);
  }
  return values[0];
}

export function repositoryPath(name: RepositoryName): string {
  return `/v2/${formatRepositoryName(name)}`;
}
