/**
 * Builds the pages of the browser: `node tools/build-web.ts`, into `apps/web/dist`. A server of a checkout
 * does it by itself when somebody looks for the first time.
 *
 * What is built takes the place of the old at once, so that nobody is served a half of it, and lies there
 * in smaller forms as well: packing takes time, which no request has to wait for.
 */

import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { extname, join, resolve } from 'node:path';
import process from 'node:process';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

import { build } from 'vite';

const root = resolve(import.meta.dirname, '..');
const web = join(root, 'apps/web');

/** Texts. Images and fonts are packed already. */
const packable = new Set(['.html', '.js', '.css', '.svg', '.txt', '.webmanifest']);
/** Below this a packed form saves nothing worth a further file. */
const leastBytes = 1024;

/** Into `folder`, whose earlier content goes. */
export async function buildWeb(folder: string): Promise<void> {
  // Beside it, where it can be renamed to its place.
  const beside = `${folder}.${process.pid}`;
  const startedAt = new Date();
  try {
    await build({
      root: web,
      configFile: join(web, 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: beside, emptyOutDir: true },
    });
    packFiles(beside);
    // What was changed meanwhile is newer.
    utimesSync(join(beside, 'index.html'), startedAt, startedAt);
    replaceFolder(beside, folder);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

function packFiles(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!(entry.isFile() && packable.has(extname(entry.name)))) continue;
    const body = readFileSync(file);
    if (body.length < leastBytes) continue;
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
    writeFileSync(`${file}.br`, brotliCompressSync(body, { params }));
    writeFileSync(`${file}.gz`, gzipSync(body, { level: 9 }));
  }
}

function replaceFolder(made: string, place: string): void {
  const old = `${made}.old`;
  try {
    renameSync(place, old);
  } catch {
    // There was none.
    mkdirSync(resolve(place, '..'), { recursive: true });
  }
  renameSync(made, place);
  rmSync(old, { recursive: true, force: true });
}

/** Builds it for a package. */
export async function buildWebInto(folder: string): Promise<void> {
  const built = join(web, 'dist');
  await buildWeb(built);
  cpSync(built, folder, { recursive: true });
}

if (process.argv[1] === import.meta.filename) {
  const startedMs = Date.now();
  await buildWeb(join(web, 'dist'));
  console.log(`Built the pages in ${((Date.now() - startedMs) / 1000).toFixed(1)} s.`);
}
