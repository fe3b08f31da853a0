import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

/** Values for tests inside workerd only; a server started by a test makes its own. */
const secrets = {
  TOKEN_KEY: 'token-key-of-the-tests-0000000000000000000',
  CREDENTIAL_KEY: 'credential-key-of-the-tests-00000000000000',
  ADMIN_PASSWORD: 'admin-password-of-the-tests',
};

const inWorker = [
  'auth',
  'storage',
  'uploads',
  'registry',
  'maintenance',
  'v2',
  'api',
  'events',
  'archive/worker',
];

// Groups run one after another: first what needs only the processor, then what starts real
// servers and clients, two files at a time: one mostly waits, and three would keep two cores from
// answering in time.
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'domain/**',
            'project/**',
            'archive',
            'cli',
            'bench/scale',
            'upgrade',
            'web',
          ].map((folder) => `test/${folder}/*.test.ts`),
          // Not a bound: a machine that has much else to do takes its time.
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            main: './src/index.ts',
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: { ...secrets, TEST_MIGRATIONS: await readD1Migrations('migrations') },
              d1Databases: { REPLICA: 'replica' },
            },
          })),
        ],
        test: {
          name: 'worker',
          include: inWorker.map((folder) => `test/${folder}/**/*.test.ts`),
          globalSetup: ['test/support/assets.ts'],
          setupFiles: ['test/support/worker/migrate.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            main: './test/bench/cost/worker.ts',
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: { ...secrets, TEST_MIGRATIONS: await readD1Migrations('migrations') },
            },
          })),
        ],
        test: {
          name: 'cost',
          include: ['test/bench/cost/**/*.test.ts'],
          globalSetup: ['test/support/assets.ts'],
          setupFiles: ['test/support/worker/migrate.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            main: './test/support/workers-cache/worker.ts',
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: { ...secrets, TEST_MIGRATIONS: await readD1Migrations('migrations') },
              durableObjects: { CACHE_TIERS: { className: 'CacheTier', useSQLite: true } },
            },
          })),
        ],
        test: {
          name: 'cache',
          include: ['test/cache/*.test.ts'],
          globalSetup: ['test/support/assets.ts'],
          setupFiles: ['test/support/worker/migrate.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'clients',
          include: ['start', 'clients', 'faults', 'bench/world'].map(
            (folder) => `test/${folder}/**/*.test.ts`,
          ),
          globalSetup: ['test/support/setup.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          expect: { poll: { timeout: 20_000 } },
          globalSetup: ['test/support/browser/setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          // What takes long: `npm run test:field`, and no part of `npm test`.
          name: 'field',
          include: ['test/field/**/*.test.ts'],
          expect: { poll: { timeout: 20_000 } },
          globalSetup: ['test/support/setup.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
