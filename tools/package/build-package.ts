/**
 * Builds what is installed elsewhere: `node tools/package/build-package.ts [FOLDER]`, else into `dist`.
 *
 * Node runs our TypeScript from a checkout only, not below `node_modules`, and a command of 400 small
 * modules starts slower than one of 60. So the package has the same folders, with our modules joined;
 * libraries stay dependencies, and are installed with it.
 */
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import process from 'node:process';

import { rolldown } from 'rolldown';

import { buildWebInto } from '../build-web.ts';
import { chunkGroups, joinedLibraries } from './chunk-groups.ts';
import { keepPlaces } from './keep-places.ts';
import { leanBuiltIns, slowBuiltIns } from './lean-built-ins.ts';

const root = resolve(import.meta.dirname, '../..');

/** Started by their paths. What they name by `import.meta` besides is found by itself. */
const programs = ['apps/cli/src/main', 'apps/server/src/main'];

/** Read by those programs, at the same places as in a checkout. */
const copied = [
  ...['LICENSE', 'README.md', 'CHANGELOG.md', 'tools/trueup.mjs', 'apps/cli/package.json'],
  ...['apps/server/bin', 'examples'],
];

export async function buildPackage(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await buildWebInto(join(folder, 'apps/web/dist'));
  await joinModules(folder);
  for (const path of copied) cpSync(join(root, path), join(folder, path), { recursive: true });
  for (const library of joinedLibraries) {
    const licence = join(root, 'node_modules', library, 'LICENSE');
    cpSync(licence, join(folder, 'licences', `${library}.txt`));
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(describePackage(), null, 2)}\n`);
}

/** A checkout brings its own Node for older machines; what is installed elsewhere does not. */
const engines = { node: '>=24' };

const joined: readonly string[] = [...joinedLibraries, ...slowBuiltIns];

async function joinModules(folder: string): Promise<void> {
  const bundle = await rolldown({
    cwd: root,
    platform: 'node',
    input: Object.fromEntries(programs.map((path) => [path, join(root, `${path}.ts`)])),
    external: (id) => isForeign(id) && !joined.includes(id),
    onLog(level, log, tell) {
      // Joined with who imports it: that is meant.
      if (log.code !== 'INEFFECTIVE_DYNAMIC_IMPORT') tell(level, log);
    },
    plugins: [leanBuiltIns(), keepPlaces({ root, programs, chunks: 'code' })],
  });
  await bundle.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'code/[name]-[hash].js',
    // Stack traces of users lead to lines that can be read.
    minify: false,
    comments: { jsdoc: false },
    codeSplitting: { groups: chunkGroups },
  });
  await bundle.close();
}

function isForeign(id: string): boolean {
  return /^(?:node:|[^./@]|@(?!trueup\/))/.test(id);
}

function describePackage(): object {
  const { name, version, description, license, type, bin } = readPackage('package.json');
  return { name, version, description, license, type, engines, bin, dependencies: libraries() };
}

/** What our modules need besides each other. All ask for the same version of a library. */
function libraries(): Readonly<Record<string, string>> {
  // The pages bring along what they need.
  const files = globSync(
    '{apps/{cli,server},{packages,providers,renderers,forges,sandboxes}/*}/package.json',
    {
      cwd: root,
    },
  );
  const all = files.flatMap((file) => Object.entries(readPackage(file).dependencies ?? {}));
  const others = all.filter(
    ([name]) => !(name.startsWith('@trueup/') || joinedLibraries.includes(name)),
  );
  return Object.fromEntries(others.sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface PackageFile {
  readonly [member: string]: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function readPackage(file: string): PackageFile {
  const parsed: PackageFile = JSON.parse(readFileSync(join(root, file), 'utf8'));
  return parsed;
}

if (process.argv[1] === import.meta.filename) {
  const folder = resolve(process.argv[2] ?? join(root, 'dist'));
  if (dirname(folder) === folder || relative(folder, root) === '') {
    throw new Error(`${folder} would be emptied: name another folder`);
  }
  await buildPackage(folder);
  console.log(`Built in ${relative(process.cwd(), folder) || folder}.`);
}
