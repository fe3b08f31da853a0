import type { Console } from './console.ts';

/**
 * Sets an image's description as the admin, whatever it was.
 * @param name `workspace/image`
 */
export async function setDescription(
  { server, admin }: Console,
  name: string,
  description: string,
): Promise<void> {
  const [workspace = '', ...image] = name.split('/');
  const path = `${workspace}/images/${encodeURIComponent(image.join('/'))}`;
  const answer = await fetch(`${server.origin}/api/v1/workspaces/${path}`, {
    method: 'PATCH',
    headers: {
      authorization: `Basic ${btoa(`${admin.username}:${admin.password}`)}`,
      'content-type': 'application/json',
      'if-match': '*',
    },
    body: JSON.stringify({ description }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}
