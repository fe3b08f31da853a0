/** The addresses of the console's screens, as its router writes them (web/routes.tsx). */
export const CONSOLE_PAGES = [
  '/',
  '/sign-in',
  '/password',
  '/images',
  '/workspaces',
  '/workspaces/$workspace',
  '/workspaces/$workspace/images/$image',
  '/workspaces/$workspace/images/$image/versions/$tag',
  '/workspaces/$workspace/images/$image/manifests/$digest',
  '/projects',
  '/projects/$projectId',
  '/trash',
  '/help',
  '/account',
  '/admin/overview',
  '/admin/departments',
  '/admin/users',
  '/admin/users/$userId',
  '/admin/settings',
] as const;

const patterns = CONSOLE_PAGES.map(
  (page) => new RegExp(`^${page.replaceAll(/\$\w+/g, '[^/]+').replace(/\/$/, '')}/?$`),
);

/** Whether a path is that of a screen. What it names may not exist. */
export function isConsolePage(path: string): boolean {
  return patterns.some((pattern) => pattern.test(path));
}
