import { createRouter } from '@tanstack/react-router';
import { routeTree } from './routes.tsx';

/** Maps addresses to screens; a screen is fetched when the pointer is over a link to it. */
export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
