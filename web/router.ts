import { createRouter } from '@tanstack/react-router';
import { routeTree } from './routes.tsx';

/** Turns addresses into screens; a screen is fetched when a link to it is pointed at. */
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
