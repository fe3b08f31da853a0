import { linkOptions } from '@tanstack/react-router';
import type { ImageSort, ListScope, SortDirection, VersionSort } from '../src/domain/lists.ts';
import type { TrashKind } from '../src/domain/trash.ts';

export type WorkspaceTab =
  | 'images'
  | 'members'
  | 'collections'
  | 'retention'
  | 'triggers'
  | 'about';

interface WorkspaceSearch extends Omit<ImagesSearch, 'scope'> {
  readonly tab?: WorkspaceTab | undefined;
}
type ProjectTab = 'members' | 'credential' | 'robots' | 'workspaces' | 'triggers' | 'protection';
type AccountTab = 'password' | 'sessions' | 'tokens' | 'preferences';

interface ImagesSearch {
  readonly scope?: ListScope | undefined;
  readonly q?: string | undefined;
  readonly sort?: ImageSort | undefined;
  readonly order?: SortDirection | undefined;
}

interface ImageSearch {
  readonly tab?: 'versions' | 'history' | 'about' | undefined;
  readonly sort?: VersionSort | undefined;
  readonly order?: SortDirection | undefined;
  /** The tag whose history is shown. */
  readonly tag?: string | undefined;
  /** What the tags begin with. */
  readonly q?: string | undefined;
}

/** Every link of the console. Names are given as they are: the router encodes them. */
export const paths = {
  signIn: (next?: string) => linkOptions({ to: '/sign-in', search: next ? { next } : {} }),
  firstPassword: (next?: string) => linkOptions({ to: '/password', search: next ? { next } : {} }),
  images: (search: ImagesSearch = {}) => linkOptions({ to: '/images', search }),
  image: (workspace: string, image: string, search: ImageSearch = {}) =>
    linkOptions({
      to: '/workspaces/$workspace/images/$image',
      params: { workspace, image },
      search,
    }),
  version: (workspace: string, image: string, tag: string) =>
    linkOptions({
      to: '/workspaces/$workspace/images/$image/versions/$tag',
      params: { workspace, image, tag },
    }),
  manifest: (workspace: string, image: string, digest: string) =>
    linkOptions({
      to: '/workspaces/$workspace/images/$image/manifests/$digest',
      params: { workspace, image, digest },
    }),
  workspaces: (search: { scope?: ListScope | undefined; q?: string | undefined } = {}) =>
    linkOptions({ to: '/workspaces', search }),
  workspace: (workspace: string, search: WorkspaceSearch = {}) =>
    linkOptions({ to: '/workspaces/$workspace', params: { workspace }, search }),
  /** `department`: only the projects of that one. */
  projects: (department?: number) =>
    linkOptions({ to: '/projects', search: department ? { department } : {} }),
  project: (projectId: number, search: { tab?: ProjectTab } = {}) =>
    linkOptions({ to: '/projects/$projectId', params: { projectId: String(projectId) }, search }),
  trash: (search: { kind?: TrashKind | undefined } = {}) => linkOptions({ to: '/trash', search }),
  /** `section`: a heading of the screen, by its id. */
  help: (section?: string) => linkOptions({ to: '/help', ...(section ? { hash: section } : {}) }),
  account: (search: { tab?: AccountTab } = {}) => linkOptions({ to: '/account', search }),
  overview: () => linkOptions({ to: '/admin/overview' }),
  departments: () => linkOptions({ to: '/admin/departments' }),
  users: (search: { q?: string | undefined } = {}) => linkOptions({ to: '/admin/users', search }),
  user: (userId: number) =>
    linkOptions({ to: '/admin/users/$userId', params: { userId: String(userId) } }),
  settings: () => linkOptions({ to: '/admin/settings' }),
};

/** The API reference: a page of the server, not of the console. */
export const API_REFERENCE = '/api/docs';

/** Keeps addresses of the console only: signing in must not lead to another site. */
export function ownAddress(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) ? next : '/';
}
