import { join } from 'node:path';
import { type BuildOptions, build, type OutputFile, type Plugin } from 'esbuild';
import { projectRoot } from '../../../scripts/lib/project.ts';
import { WORKER_BUNDLE } from '../../../scripts/lib/worker.ts';

/**
 * Bundles an entry of `worker/` with a registry that it can evaluate several times.
 * @param registry the entry of the registry's own Worker
 */
export async function bundleWorld(entry: 'orlop' | 'rival', registry: string): Promise<string> {
  const { text } = await buildOne({
    entryPoints: [join(import.meta.dirname, `worker/${entry}.ts`)],
    format: 'esm',
    plugins: [withRegistry(await writeFactory(registry))],
  });
  return text;
}

/** What the bundle's entry imports as `world:registry`. */
function withRegistry(contents: string): Plugin {
  return {
    name: 'world-registry',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^world:registry$/ }, ({ path }) => ({ path, namespace: 'world' }));
      onLoad({ filter: /.*/, namespace: 'world' }, () => ({ contents, loader: 'js' }));
    },
  };
}

/** A module that evaluates a registry's modules each time it is asked to. */
async function writeFactory(registry: string): Promise<string> {
  const { text, externals } = await buildOne({ entryPoints: [registry], format: 'cjs' });
  const imports = externals.map((name, n) => `import * as m${n} from ${JSON.stringify(name)};`);
  const entries = externals.map((name, n) => `${JSON.stringify(name)}: m${n}`);
  return `${imports.join('\n')}
const externals = { ${entries.join(', ')} };
const evaluate = (module, exports, require) => {
${text}
};
export function instantiate(modules = {}) {
  const module = { exports: {} };
  evaluate(module, module.exports, (name) => modules[name] ?? externals[name]);
  return module.exports;
}`;
}

async function buildOne(options: BuildOptions) {
  const { plugins = [] } = WORKER_BUNDLE;
  const built = await build({
    ...WORKER_BUNDLE,
    absWorkingDir: projectRoot,
    outdir: projectRoot,
    ...options,
    plugins: [...plugins, ...(options.plugins ?? [])],
    write: false,
    metafile: true,
  });
  const [{ text } = { text: '' }] = built.outputFiles as OutputFile[];
  const imports = Object.values(built.metafile?.outputs ?? {}).flatMap((output) => output.imports);
  const externals = imports.filter(({ external }) => external).map(({ path }) => path);
  return { text, externals: [...new Set(externals)] };
}
