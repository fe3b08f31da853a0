import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * Builds the console as static assets of the Worker: all but index.html may be cached without
 * limit.
 */
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
