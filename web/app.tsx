import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { queryClient } from './api/query-client.ts';
import { router } from './router.ts';
import { theme, variables } from './ui/theme.ts';

/** The console: its theme, its data, its screens and its notices. */
export function App() {
  const { t } = useTranslation();
  return (
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" aria-label={t('common.notices')} />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
