import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { unstable_readConfig } from 'wrangler';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const wrangler = read('wrangler.toml');

/** Every quoted string in the values of a key. */
function valuesOf(key: string): string[] {
  const lines = [...wrangler.matchAll(new RegExp(`^${key} *= *(.*)$`, 'gm'))];
  return lines.flatMap(([, value = '']) =>
    [...value.matchAll(/"([^"]+)"/g)].map(([, word = '']) => word),
  );
}

const secrets = valuesOf('required');
const classes = valuesOf('class_name');

/** Typed here, because env.ts needs the types of the Workers platform. */
async function loadReadConfig(): Promise<(env: Record<string, string>) => unknown> {
  const { href } = new URL('../../src/env.ts', import.meta.url);
  return (await import(href)).readConfig;
}

const secretValues = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, `${name}-`.repeat(10)]));

test('the secrets of wrangler.toml are all that the Worker needs to start', async () => {
  const readConfig = await loadReadConfig();
  expect(secrets.length).toBeGreaterThan(0);
  expect(() => readConfig(secretValues(secrets))).not.toThrow();
});

test.each(secrets)('without the secret %s the Worker says so by its name', async (name) => {
  const readConfig = await loadReadConfig();
  const others = secrets.filter((other) => other !== name);
  expect(() => readConfig(secretValues(others))).toThrow(new RegExp(`: ${name}: [^;]+$`));
});

test('a secret that is too short is named too', async () => {
  const readConfig = await loadReadConfig();
  const short = Object.fromEntries(secrets.map((name) => [name, 'short']));
  for (const name of secrets)
    expect(() => readConfig(short)).toThrow(new RegExp(`${name}: [^;]*must have`));
});

test('the bindings and secrets of wrangler.toml are those of Env', () => {
  const [, fields = ''] = /export interface Env \{\n(.*?)\n\}/s.exec(read('src/env.ts')) ?? [];
  const needed = [...fields.matchAll(/readonly (\w+):/g)].map(([, name]) => name);
  const durableObjects = [...wrangler.matchAll(/^name = "([A-Z_]+)"$/gm)].map(([, name]) => name);
  expect(needed.sort()).toEqual([...valuesOf('binding'), ...durableObjects, ...secrets].sort());
});

test('there are Durable Objects', () => {
  expect(classes.length).toBeGreaterThan(0);
});

test.each(classes)('the Durable Object %s is exported by the entry and has a migration', (name) => {
  const exported = [...read('src/index.ts').matchAll(/^export \{([^}]*)\}/gm)].flatMap(
    ([, names = '']) => names.split(',').map((word) => word.trim()),
  );
  expect(exported).toContain(name);
  expect(valuesOf('new_sqlite_classes')).toContain(name);
});

/** Entrypoints that Workers Cache is in front of, of those named, as the platform resolves it. */
function cachedEntrypoints(names: readonly string[]): string[] {
  const config = fileURLToPath(new URL('../../wrangler.toml', import.meta.url));
  const { cache, exports } = unstable_readConfig({ config });
  return names.filter((name) => {
    const entry = exports[name];
    const own = entry?.type === 'worker' ? entry.cache?.enabled : undefined;
    return own ?? cache?.enabled ?? false;
  });
}

test('Workers Cache is in front of CachedObjects, and of no other entrypoint', () => {
  // An answer of the default entrypoint that says nothing of caching would be given to other users.
  expect(cachedEntrypoints(['default', 'CachedObjects', 'AnotherOne'])).toEqual(['CachedObjects']);
  expect(wrangler).toMatch(
    /^\[exports\.default\]\ntype = "worker"\ncache = \{ enabled = false \}$/m,
  );
  expect(read('src/index.ts')).toContain('export { CachedObjects }');
});

test('a new version of the Worker finds what the cache has', () => {
  expect(wrangler).toMatch(/^cross_version_cache = true$/m);
});

interface LockedPackage {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Where a package that is required from a place in node_modules is looked for, as Node does. */
function lookupPaths(from: string, name: string): string[] {
  const folders = from.split('/node_modules/').map((_, i, all) => all.slice(0, i + 1));
  return ['', ...folders.map((parts) => `${parts.join('/node_modules/')}/`)].map(
    (folder) => `${folder}node_modules/${name}`,
  );
}

test('the lock file has the packages of every platform', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, LockedPackage>;
  };
  const missing = Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !lookupPaths(from, name).some((path) => path in packages),
    ),
  );
  expect(missing).toEqual([]);
});
