import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The console as the Worker's static assets: everything but index.html may be cached for ever. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: 'es2024',
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      output: {
        // Left to itself, it makes 40 files of a kilobyte of what the first screen needs anyway.
        codeSplitting: { groups: [{ name: 'start', tags: ['$initial'] }] },
      },
    },
  },
});
