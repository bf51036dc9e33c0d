import { availableParallelism } from 'node:os';

import { defineConfig, type ViteUserConfig } from 'vitest/config';

const code = '{apps,packages,providers,renderers,forges,sandboxes}/*/src/**';
// Real etcd and kube-apiserver processes start slowly on a small machine.
const patient = { testTimeout: 60_000, hookTimeout: 120_000 };

/** vitest leaves one processor free, which of two is half of them. `VITEST_MAX_WORKERS` says otherwise. */
const maxWorkers = Math.max(2, availableParallelism() - 1);

const config: ViteUserConfig = defineConfig({
  test: {
    maxWorkers,
    projects: [
      {
        test: {
          name: 'unit',
          include: [`${code}/*.test.ts`],
          exclude: ['**/*.integration.test.ts', '**/*.long.test.ts', '**/node_modules/**'],
          // Pure logic leaves nothing behind, and loading the modules anew for each of 300 files costs more than its tests.
          isolate: false,
          // Milliseconds each, but no test may fail because the machine is busy.
          testTimeout: 30_000,
        },
      },
      // Needs a database, git or another program, and gets more time for it.
      {
        test: {
          name: 'integration',
          include: [`${code}/*.integration.test.ts`],
          exclude: ['**/node_modules/**'],
          ...patient,
        },
      },
      { test: { name: 'repository', include: ['tests/*.test.ts'], ...patient } },
      // Whole processes, one file per behaviour. What never comes fails by its own wait, which says more.
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/*.test.ts'],
          globalSetup: ['tests/e2e/harness/install-package.ts'],
          ...patient,
          testTimeout: 240_000,
        },
      },
      // The same, with a browser: where one is wanted, see `tests/browser/harness/find-browser.ts`.
      {
        test: {
          name: 'browser',
          include: ['tests/browser/*.test.ts'],
          globalSetup: ['tests/browser/harness/build-pages.ts'],
          ...patient,
          testTimeout: 240_000,
        },
      },
    ],
  },
});

export default config;
