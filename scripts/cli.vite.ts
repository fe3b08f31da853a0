import { defineConfig } from 'vite';

/** The `orlop` command as one file without dependencies, for the package. */
export default defineConfig({
  build: {
    ssr: 'src/cli/main.ts',
    outDir: 'dist/cli',
    emptyOutDir: true,
    target: 'node20',
    rolldownOptions: { output: { entryFileNames: 'orlop.js' } },
  },
  ssr: { noExternal: true },
});
