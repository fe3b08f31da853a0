import {
  createRootRoute,
  createRoute,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { IMAGE_SORTS, LIST_SCOPES, SORT_DIRECTIONS, VERSION_SORTS } from '../src/domain/lists.ts';
import { TRASH_KINDS } from '../src/domain/trash.ts';
import { queryClient } from './api/query-client.ts';
import { sessionQuery } from './api/session.ts';
import { paths } from './paths.ts';
import { compact, id, oneOf, text } from './search.ts';
import { RouteError } from './shell/route-error.tsx';
import { Shell } from './shell/shell.tsx';
import { Missing } from './ui/missing.tsx';

/** The map of the console: every screen, the parameters of its address, and who may see it. */
const root = createRootRoute({
  component: Outlet,
  errorComponent: RouteError,
  notFoundComponent: Missing,
});

const nextOf = (raw: Record<string, unknown>) => compact({ next: text(raw, 'next') });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: nextOf,
  component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'SignInScreen'),
});

const firstPassword = createRoute({
  getParentRoute: () => root,
  path: '/password',
  validateSearch: nextOf,
  component: lazyRouteComponent(() => import('./pages/first-password.tsx'), 'FirstPasswordScreen'),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Shell,
  notFoundComponent: Missing,
  beforeLoad: async ({ location }) => {
    const me = await queryClient.ensureQueryData(sessionQuery);
    if (me === null) throw redirect(paths.signIn(location.href));
    if (me.mustChangePassword) throw redirect(paths.firstPassword(location.href));
  },
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: () => {
    throw redirect(paths.images());
  },
});

const images = createRoute({
  getParentRoute: () => signedIn,
  path: '/images',
  validateSearch: (raw) =>
    compact({
      scope: oneOf(raw, 'scope', LIST_SCOPES),
      q: text(raw, 'q'),
      sort: oneOf(raw, 'sort', IMAGE_SORTS),
      order: oneOf(raw, 'order', SORT_DIRECTIONS),
    }),
  component: lazyRouteComponent(() => import('./pages/images/images.tsx'), 'ImagesScreen'),
});

const workspaces = createRoute({
  getParentRoute: () => signedIn,
  path: '/workspaces',
  validateSearch: (raw) => compact({ scope: oneOf(raw, 'scope', LIST_SCOPES), q: text(raw, 'q') }),
  component: lazyRouteComponent(
    () => import('./pages/workspaces/workspaces.tsx'),
    'WorkspacesScreen',
  ),
});

const workspace = createRoute({
  getParentRoute: () => signedIn,
  path: '/workspaces/$workspace',
  validateSearch: (raw) =>
    compact({
      tab: oneOf(raw, 'tab', [
        'images',
        'members',
        'collections',
        'retention',
        'triggers',
        'about',
      ]),
      q: text(raw, 'q'),
      sort: oneOf(raw, 'sort', IMAGE_SORTS),
      order: oneOf(raw, 'order', SORT_DIRECTIONS),
    }),
  component: lazyRouteComponent(() => import('./pages/workspace/workspace.tsx'), 'WorkspaceScreen'),
});

interface ImageParams {
  readonly workspace: string;
  readonly image: string;
}

/**
 * A slash in an image's name is a tilde in addresses, which no name contains: servers decode the
 * usual %2F before the console sees it.
 */
const imageParams = {
  parse: ({ workspace, image }: ImageParams) => ({ workspace, image: image.replaceAll('~', '/') }),
  stringify: ({ workspace, image }: ImageParams) => ({
    workspace,
    image: image.replaceAll('/', '~'),
  }),
};
const image = createRoute({
  getParentRoute: () => signedIn,
  path: '/workspaces/$workspace/images/$image',
  params: imageParams,
});

const imageHome = createRoute({
  getParentRoute: () => image,
  path: '/',
  validateSearch: (raw) =>
    compact({
      tab: oneOf(raw, 'tab', ['versions', 'history', 'about']),
      sort: oneOf(raw, 'sort', VERSION_SORTS),
      order: oneOf(raw, 'order', SORT_DIRECTIONS),
      tag: text(raw, 'tag'),
      q: text(raw, 'q'),
    }),
  component: lazyRouteComponent(() => import('./pages/image/image.tsx'), 'ImageScreen'),
});

const version = createRoute({
  getParentRoute: () => image,
  path: '/versions/$tag',
  component: lazyRouteComponent(() => import('./pages/version/version.tsx'), 'VersionScreen'),
});

const manifest = createRoute({
  getParentRoute: () => image,
  path: '/manifests/$digest',
  component: lazyRouteComponent(() => import('./pages/version/manifest.tsx'), 'ManifestScreen'),
});

const projects = createRoute({
  getParentRoute: () => signedIn,
  path: '/projects',
  validateSearch: (raw) => compact({ department: id(raw, 'department') }),
  component: lazyRouteComponent(() => import('./pages/projects/projects.tsx'), 'ProjectsScreen'),
});

const project = createRoute({
  getParentRoute: () => signedIn,
  path: '/projects/$projectId',
  validateSearch: (raw) =>
    compact({
      tab: oneOf(raw, 'tab', [
        'members',
        'credential',
        'robots',
        'workspaces',
        'triggers',
        'protection',
      ]),
    }),
  component: lazyRouteComponent(() => import('./pages/project/project.tsx'), 'ProjectScreen'),
});

const trash = createRoute({
  getParentRoute: () => signedIn,
  path: '/trash',
  validateSearch: (raw) => compact({ kind: oneOf(raw, 'kind', TRASH_KINDS) }),
  component: lazyRouteComponent(() => import('./pages/trash/trash.tsx'), 'TrashScreen'),
});

const help = createRoute({
  getParentRoute: () => signedIn,
  path: '/help',
  component: lazyRouteComponent(() => import('./pages/help/help.tsx'), 'HelpScreen'),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  validateSearch: (raw) =>
    compact({ tab: oneOf(raw, 'tab', ['password', 'sessions', 'tokens', 'preferences']) }),
  component: lazyRouteComponent(() => import('./pages/account/account.tsx'), 'AccountScreen'),
});

const admin = createRoute({
  getParentRoute: () => signedIn,
  path: '/admin',
  beforeLoad: async () => {
    const me = await queryClient.ensureQueryData(sessionQuery);
    if (!me?.isAdmin) throw redirect(paths.images());
  },
});

const overview = createRoute({
  getParentRoute: () => admin,
  path: '/overview',
  component: lazyRouteComponent(() => import('./pages/overview/overview.tsx'), 'OverviewScreen'),
});

const departments = createRoute({
  getParentRoute: () => admin,
  path: '/departments',
  component: lazyRouteComponent(
    () => import('./pages/departments/departments.tsx'),
    'DepartmentsScreen',
  ),
});

const users = createRoute({
  getParentRoute: () => admin,
  path: '/users',
  validateSearch: (raw) => compact({ q: text(raw, 'q') }),
  component: lazyRouteComponent(() => import('./pages/users/users.tsx'), 'UsersScreen'),
});

const user = createRoute({
  getParentRoute: () => admin,
  path: '/users/$userId',
  component: lazyRouteComponent(() => import('./pages/user/user.tsx'), 'UserScreen'),
});

const settings = createRoute({
  getParentRoute: () => admin,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings.tsx'), 'SettingsScreen'),
});

export const routeTree = root.addChildren([
  signIn,
  firstPassword,
  signedIn.addChildren([
    home,
    images,
    image.addChildren([imageHome, version, manifest]),
    ...[workspaces, workspace, projects, project],
    ...[trash, help, account],
    admin.addChildren([overview, departments, users, user, settings]),
  ]),
]);
