/** The shape of the repository. Everything that these tables do not allow is an error. */

/** Leaf packages that everybody may import. */
export const openToAll: readonly string[] = ['packages/diagnostics'];

const toTheOutside: readonly string[] = [
  'packages/programs',
  'packages/registries',
  'packages/outbound',
  'packages/secrets',
];

/** Who may import whom. `*` stands for one folder; a folder's own line wins over one with `*`. */
export const arrows: Readonly<Record<string, readonly string[]>> = {
  'apps/web': ['packages/api'],
  'apps/cli': ['packages/api', 'packages/control-plane'],
  'apps/server': ['packages/api', 'packages/control-plane'],
  'packages/control-plane': [
    'packages/engine',
    'packages/repository',
    'packages/store',
    'packages/provider-sdk',
    'packages/forge-sdk',
    'packages/secrets',
    'packages/outbound',
    'packages/registries',
    'packages/manifests',
    'providers/*',
    'renderers/*',
    'forges/*',
  ],
  'packages/store': ['packages/engine'],
  'packages/repository': ['packages/engine', 'packages/programs', 'packages/outbound'],
  'packages/engine': ['packages/provider-sdk', 'packages/forge-sdk'],
  'packages/registries': ['packages/outbound'],
  'providers/*': ['packages/provider-sdk', ...toTheOutside],
  'providers/kubernetes': manifestProvider(),
  'providers/oci': manifestProvider(),
  'renderers/*': ['packages/manifests', ...toTheOutside],
  'forges/*': ['packages/forge-sdk', 'packages/outbound'],
  'forges/hosted': [
    'packages/forge-sdk',
    'packages/outbound',
    'packages/repository',
    'packages/programs',
  ],
  'sandboxes/*': ['packages/manifests', 'packages/structured-merge'],
};

/** What one file may import besides, so that the rest of its package may not. */
export const fileArrows: Readonly<Record<string, readonly string[]>> = {
  // The demo is the whole of it, pages included, in one process: see decision 14.
  'apps/cli/src/commands/demo.ts': ['sandboxes/*', 'apps/server'],
  'apps/cli/src/commands/sandbox.ts': ['sandboxes/*'],
};

/** What tests and fakes may import besides. */
export const testArrows: readonly string[] = ['sandboxes/*'];

/**
 * Rooms of a package, floor by floor from the ground: each imports from floors below its own and from nothing
 * beside or above it, so that one can be understood after the other. Files that lie directly in the folder may
 * import all of them.
 */
export const layers: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'packages/control-plane/src': [
    ['ids', 'paging', 'access', 'events', 'repository', 'keys', 'housekeeping'],
    ['configuration', 'lanes'],
    ['rules'],
    ['stacks'],
    ['runs', 'providers', 'alerts'],
    ['drift', 'sources', 'hosting'],
    ['rollouts', 'forges', 'stand-alone'],
    ['following', 'merge-requests', 'adopting'],
    ['session'],
    ['plane'],
  ],
  'apps/web/src': [['api', 'ui'], ['marks'], ['changes'], ['features'], ['pages'], ['app']],
};

/** Folders whose rooms know nothing of each other. */
export const apart: readonly string[] = ['apps/web/src/features'];

/** By group of packages: what stands before the folder's name, as in `@trueup/provider-oci`. */
export const namePrefixes: Readonly<Record<string, string>> = {
  apps: '@trueup/',
  packages: '@trueup/',
  providers: '@trueup/provider-',
  renderers: '@trueup/renderer-',
  forges: '@trueup/forge-',
  sandboxes: '@trueup/sandbox-',
};

export const packageGroups: readonly string[] = Object.keys(namePrefixes);

/**
 * The files of every package of a group, `{name}` being its folder. Nothing else lies directly in
 * `src` but tests, so that all of them read alike; what is special goes into a folder.
 */
export const fileSets: Readonly<Record<string, readonly string[]>> = {
  providers: [
    'README.md',
    'package.json',
    'src/index.ts',
    'src/{name}-provider.ts',
    'src/{name}-client.ts',
    'src/schema.ts',
    'src/translate-errors.ts',
    'src/assess-health.ts',
    'src/testing/fake-{name}-client.ts',
  ],
  renderers: [
    'README.md',
    'package.json',
    'src/index.ts',
    'src/{name}-renderer.ts',
    'src/schema.ts',
    'src/translate-errors.ts',
  ],
  forges: [
    'README.md',
    'package.json',
    'src/index.ts',
    'src/{name}-forge.ts',
    'src/{name}-client.ts',
    'src/schema.ts',
    'src/translate-errors.ts',
    'src/testing/fake-{name}-client.ts',
  ],
};

/** Names that say nothing attract everything. Some of them are fine as part of a longer name. */
export const forbiddenName: RegExp =
  /^(?:base|common|core|lib|shared)$|(?:^|-)(?:constants|helpers?|interfaces|managers?|misc|types|utils?)$/;

export const kebabCase: RegExp = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

export const lineLimits: { readonly warning: number; readonly error: number } = {
  warning: 400,
  error: 600,
};

function manifestProvider(): readonly string[] {
  const own = ['packages/manifests', 'packages/structured-merge', 'renderers/*'];
  return ['packages/provider-sdk', ...toTheOutside, ...own];
}
