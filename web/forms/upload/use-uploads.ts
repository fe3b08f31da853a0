import i18next from 'i18next';
import { useSyncExternalStore } from 'react';
import { queryClient } from '../../api/query-client.ts';
import { notify } from '../../ui/notices.tsx';
import { uploads } from '../../upload/upload-center.ts';
import type { FileUpload } from '../../upload/upload-state.ts';

// At the module's level, since uploads continue while no dialog is open.
uploads.onPushed(({ workspace, image, tags }) => {
  const names = tags.map((tag) => `${workspace}/${image}:${tag}`);
  notify(i18next.t('upload.arrived', { name: names.join(', ') }));
  void queryClient.invalidateQueries({ queryKey: ['images'] });
  void queryClient.invalidateQueries({ queryKey: ['image', workspace, image] });
  void queryClient.invalidateQueries({ queryKey: ['workspaces'] });
});

/** The current state of the files that are being uploaded. */
export function useUploads(): readonly FileUpload[] {
  return useSyncExternalStore(uploads.subscribe, uploads.snapshot);
}
