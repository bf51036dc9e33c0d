/**
 * The built pages on the disk. Only names that were there when the folder was looked through are ever
 * opened: no path of a request becomes one of the disk.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

export type Encoding = 'br' | 'gzip';

export interface WebFile {
  /** Of its content, in quotes: equal content, equal tag. */
  readonly tag: string;
  readonly type: string;
  /** Its name changes with its content. */
  readonly lasting: boolean;
  readonly body: Buffer;
  /** Smaller forms of the same, made when it was built. */
  readonly packed: ReadonlyMap<Encoding, Buffer>;
}

export interface WebFiles {
  readonly page: WebFile;
  /** By the path of a request, as in `/assets/index-4f5c1d9a.js`. */
  find(path: string): WebFile | undefined;
}

/** What the pages are made of, by the ending of its name. Everything else is not served. */
const types: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
  ['.woff', 'font/woff'],
  ['.txt', 'text/plain; charset=utf-8'],
  ['.webmanifest', 'application/manifest+json'],
]);

const endings: readonly (readonly [Encoding, string])[] = [
  ['br', '.br'],
  ['gzip', '.gz'],
];

/** What lies there in all is bounded by who built it; this catches a wrong folder. */
const mostFiles = 2000;

/** `undefined` where no pages were built into this folder. */
export async function readWebFiles(folder: string): Promise<WebFiles | undefined> {
  const names = await listFiles(folder);
  const known = new Set(names);
  const files = new Map<string, WebFile>();
  for (const name of names.slice(0, mostFiles)) {
    const type = types.get(extname(name));
    if (type !== undefined) files.set(`/${name}`, await readOne({ folder, name, type, known }));
  }
  const page = files.get('/index.html');
  return page && { page, find: (path) => files.get(path) };
}

/** When the page was built, in milliseconds since 1970; `undefined` where it was not. */
export async function builtAtMs(folder: string): Promise<number | undefined> {
  const found = await stat(join(folder, 'index.html')).catch(() => undefined);
  return found?.mtimeMs;
}

async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .toSorted();
}

interface Found {
  readonly folder: string;
  readonly name: string;
  readonly type: string;
  readonly known: ReadonlySet<string>;
}

async function readOne({ folder, name, type, known }: Found): Promise<WebFile> {
  const body = await readFile(join(folder, name));
  const packed = new Map<Encoding, Buffer>();
  for (const [encoding, ending] of endings) {
    const other = `${name}${ending}`;
    if (known.has(other)) packed.set(encoding, await readFile(join(folder, other)));
  }
  const digest = createHash('sha256').update(body).digest('base64url').slice(0, 27);
  return { tag: `"${digest}"`, type, lasting: name.startsWith('assets/'), body, packed };
}
