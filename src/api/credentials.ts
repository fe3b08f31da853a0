import { RegistryError } from '../domain/errors.ts';
import { deriveProjectCredential } from '../domain/project-credential.ts';
import { raiseCredentialVersion } from '../storage/accounts/projects.ts';
import { credential } from './contracts/credentials.ts';
import { projectParams } from './contracts/projects.ts';
import { endpoint, jsonResponse } from './endpoint.ts';
import type { ApiContext } from './http.ts';

const tags = ['Projects'];
const PATH = '/projects/{projectId}/credential';

export const getCredential = endpoint(
  { action: 'credential:view', on: 'project' },
  {
    method: 'get',
    path: PATH,
    tags,
    summary: 'View the push credential of a project: user name and password',
    request: { params: projectParams },
    responses: { 200: jsonResponse(credential, 'The credential, valid until it is rotated.') },
  },
  async (c) => {
    const { id, credentialVersion } = c.var.project;
    return c.json(await credentialBody(c, id, credentialVersion), 200);
  },
);

export const rotateCredential = endpoint(
  { action: 'project:manage', on: 'project', confirmed: true },
  {
    method: 'post',
    path: `${PATH}/rotation`,
    tags,
    summary: 'Rotate the push credential; the old one and its tokens end within a minute',
    request: { params: projectParams },
    responses: { 200: jsonResponse(credential, 'The new credential.') },
  },
  async (c) => {
    const { id } = c.var.project;
    const version = await raiseCredentialVersion(c.var.services.db, id);
    if (version === null) throw new RegistryError('NOT_FOUND');
    return c.json(await credentialBody(c, id, version), 200);
  },
);

async function credentialBody(c: ApiContext, projectId: number, version: number) {
  const { credentialKey } = c.var.config;
  const made = await deriveProjectCredential(credentialKey, projectId, version);
  c.header('cache-control', 'no-store');
  return { host: new URL(c.req.url).host, ...made };
}
