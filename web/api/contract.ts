import type { z } from 'zod';
import type { API_ENDPOINTS } from '../../src/api/routes.ts';

type Endpoints = typeof API_ENDPOINTS;
type ContractOf<Name extends keyof Endpoints> = Endpoints[Name]['contract'];

/** The contract of every call as the server declares it, by `method /path`. */
type Contracts = {
  [Name in keyof Endpoints as `${ContractOf<Name>['method']} ${ContractOf<Name>['path']}`]: ContractOf<Name>;
};

/** A call of the API: `get /images`. */
export type Call = keyof Contracts;

type Request<C extends Call> = Contracts[C] extends { request: infer R } ? R : object;
type Json<S> = { content: { 'application/json': { schema: S } } };

type Params<R> = R extends { params: infer S extends z.ZodType }
  ? { params: Record<keyof z.input<S>, string | number> }
  : object;
type Query<R> = R extends { query: infer S extends z.ZodType }
  ? { query?: { [Name in keyof z.input<S>]?: z.input<S>[Name] | number | undefined } }
  : object;
type Headers<R> = R extends { headers: infer S extends z.ZodType }
  ? { headers: z.input<S> }
  : object;
type Body<R> = R extends { body: Json<infer S extends z.ZodType> } ? { body: z.input<S> } : object;

/** What a call takes: the parameters of its path, its query, its headers and its JSON body. */
export type Input<C extends Call> = Params<Request<C>> &
  Query<Request<C>> &
  Headers<Request<C>> &
  Body<Request<C>>;

type Answers<C extends Call> = Contracts[C]['responses'];
type Success<C extends Call> = Answers<C>[keyof Answers<C> & (200 | 201 | 202)];

/** The body of a call's response when it succeeds; undefined where there is none. */
export type ResponseBody<C extends Call> = [Success<C>] extends [never]
  ? undefined
  : Success<C> extends Json<infer S extends z.ZodType>
    ? z.output<S>
    : undefined;

/** An entry of a list that a call returns page by page. */
export type Item<C extends Call> = ResponseBody<C> extends { items: (infer T)[] } ? T : never;
