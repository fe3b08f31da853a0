import { previewCollection } from '../maintenance/collection/preview.ts';
import { collectionPreview, collectionPreviewQuery } from './contracts/collections.ts';
import { workspaceParams } from './contracts/workspaces.ts';
import { endpoint, jsonResponse } from './endpoint.ts';
import { formatTime } from './http.ts';

export const getCollectionPreview = endpoint(
  { action: 'workspace:view', on: 'workspace' },
  {
    method: 'get',
    path: '/workspaces/{workspace}/collection-preview',
    tags: ['Collections'],
    summary: 'Preview what a collection would free now, and what it would keep and why',
    request: { params: workspaceParams, query: collectionPreviewQuery },
    responses: { 200: jsonResponse(collectionPreview, 'The preview; nothing changes.') },
  },
  async (c) => {
    const { services, workspace } = c.var;
    const emptyTrash = c.req.valid('query').emptyTrash === 'true';
    const preview = await previewCollection(services, workspace.id, emptyTrash, Date.now());
    const items = preview.items.map(({ lastUsedAt, ...item }) => ({
      ...item,
      lastUsedAt: formatTime(lastUsedAt),
    }));
    return c.json({ ...preview, items, kept: [...preview.kept] }, 200);
  },
);
