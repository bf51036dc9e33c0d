import { defineConfig, type ViteUserConfig } from 'vitest/config';

const code = '{apps,packages,providers,renderers,forges,sandboxes}/*/src/**';

/** Thousands of seeds, soaks: bounded, but too long for every change. Run one file at a time. */
const config: ViteUserConfig = defineConfig({
  test: {
    name: 'long',
    include: [`${code}/*.long.test.ts`, 'tests/long/*.long.test.ts'],
    exclude: ['**/node_modules/**'],
    fileParallelism: false,
    testTimeout: 1_200_000,
    hookTimeout: 120_000,
  },
});

export default config;
