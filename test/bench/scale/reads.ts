import { imageName, type Shape, subjectDigest } from './synthetic.ts';

/** A way in which a synthetic registry is read. */
export interface Read {
  readonly name: string;
  readonly path: string;
  /** Who reads: a member of the project whose workspaces most are, or the admin. */
  readonly as: 'member' | 'admin';
  readonly headers?: Readonly<Record<string, string>>;
  /** The most rows that may be read for an entry it shows, at any size. */
  readonly rowsPerEntry: number;
}

/** What a list reads: an entry's own row, its index's, and what is shown beside it. */
const LISTED = 3;
/** An order by number merges those of all projects (src/storage/workspaces/image-lists.ts); */
const MERGED = 20;
/** a user's own, and those of a workspace, are in one order. */
const ONE_ORDER = 10;
/** A search ranks what it finds before it shows a page (src/storage/workspaces/image-search.ts). */
const SEARCHED = 35;

/** Entries of a page that the reads ask for. */
const PAGE = 20;

/** Every list and lookup of the registry, at its beginning and in its middle. */
export function readsOf(shape: Shape): Read[] {
  const middle = imageName(Math.floor(shape.images / 2), shape);
  const [workspace = '', image = ''] = middle.split('/');
  const versions = `/api/v1/workspaces/${workspace}/images/${image}/versions`;
  const subject = imageName(0, shape);
  const look = (name: string, path: string): Read => {
    return { name, path, as: 'member', rowsPerEntry: 0 };
  };
  const list = (name: string, path: string, rowsPerEntry = LISTED): Read => {
    return { name, path, as: 'member', rowsPerEntry };
  };
  const asAdmin = (read: Read): Read => ({ ...read, as: 'admin' });
  const images = (query: string) => `/api/v1/images?limit=${PAGE}&${query}`;
  return [
    look('manifest by tag', `/v2/${middle}/manifests/v1.7`),
    look('version', `${versions}/v1.7`),
    look('image', `/api/v1/workspaces/${workspace}/images/${image}`),
    look('workspace', `/api/v1/workspaces/${workspace}`),
    list('tags', `/v2/${middle}/tags/list?n=${PAGE}`),
    list('tags, from the middle', `/v2/${middle}/tags/list?n=${PAGE}&last=v1.2`),
    list('catalog', `/v2/_catalog?n=${PAGE}`),
    list('catalog, from the middle', `/v2/_catalog?n=${PAGE}&last=${middle}`),
    asAdmin(list('catalog of an admin', `/v2/_catalog?n=${PAGE}`)),
    list('referrers', `/v2/${subject}/referrers/${subjectDigest}?n=${PAGE}`),
    list('own images', images('scope=own')),
    list('own images, last updated first', images('scope=own&sort=updated'), ONE_ORDER),
    list('own images, largest first', images('scope=own&sort=size'), ONE_ORDER),
    list('shared images', images('scope=shared')),
    asAdmin(list('all images', images('scope=all'))),
    asAdmin(list('all images, most pulled first', images('scope=all&sort=pulls'), MERGED)),
    list('images of a workspace', images(`workspace=${workspace}`)),
    list(
      'images of a workspace, last updated first',
      images(`workspace=${workspace}&sort=updated`),
      ONE_ORDER,
    ),
    list('search that finds one', images(`q=${image}`)),
    list('search that finds all', images('q=synthetic'), SEARCHED),
    list('versions', `${versions}?limit=${PAGE}`),
    list('versions by name', `${versions}?limit=${PAGE}&sort=name`),
    list('history of a version', `${versions}/v1.7/history?limit=${PAGE}`),
    list('workspaces', `/api/v1/workspaces?limit=${PAGE}`),
    asAdmin(list('all workspaces', `/api/v1/workspaces?limit=${PAGE}&scope=all`)),
  ];
}

/** The entries of a list's answer. */
export function countEntries(body: unknown): number {
  const { tags, repositories, manifests, items } = body as Record<string, unknown[] | undefined>;
  return (tags ?? repositories ?? manifests ?? items ?? []).length;
}
