/**
 * Fetches the plug-ins that a lock file pins into the cache, before anything else of the stack is looked at.
 *
 * F1. Whoever writes to the cache runs nothing of a repository: `init` of a stack starts programs that its files
 *     name (an `external` key provider of its encryption), and a plug-in that one of them laid there would be
 *     started with the credentials of others. So it is filled from a folder with the lock file and nothing else,
 *     and every other call only reads it.
 * F2. Without a lock file no cache is used: nothing tells whether what lies there is what was meant.
 */
import { hash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { runProgram } from '@trueup/programs';

import { composeCall, type Workplace } from './compose-call.ts';
import { inTurn } from './in-turn.ts';

/** What lock files became, by digest: hashes of this machine's own kind are noted in them. */
export type FilledLocks = Map<string, string>;

const lockName = '.terraform.lock.hcl';
const limits = { timeoutMs: 15 * 60 * 1000, graceMs: 800 };
const mostLocks = 500;

/**
 * Whether the cache holds all that the lock file of the folder pins; that file may say more afterwards. An answer
 * of `false` says nothing of the stack: its own `init` does, without the cache.
 */
export async function fillCache(
  place: Workplace,
  filled: FilledLocks,
  signal: AbortSignal,
): Promise<boolean> {
  const { cacheFolder } = place.options;
  if (cacheFolder === undefined || place.cachedConfigFile === undefined) return false;
  const file = join(place.root, lockName);
  const lock = await readFile(file, 'utf8');
  const pinned = readLock(lock);
  if (pinned.length === 0) return false;
  const key = hash('sha256', `${place.program} ${lock}`);
  const known = filled.get(key);
  const isThere = known !== undefined && (await areThere(pinned, cacheFolder));
  const full = isThere ? known : await fetchAll(place, { lock, pinned, cacheFolder }, signal);
  if (full === undefined) return false;
  filled.set(key, full);
  const [oldest] = filled.keys();
  if (filled.size > mostLocks && oldest !== undefined) filled.delete(oldest);
  if (full !== lock) await writeFile(file, full, { mode: 0o600 });
  return true;
}

interface Pinned {
  /** `registry.opentofu.org/hashicorp/time`. */
  readonly address: string;
  readonly version: string;
}

export function readLock(text: string): readonly Pinned[] {
  const blocks = text.matchAll(
    /^provider\s+"([\w.:-]+\/[\w-]+\/[\w-]+)"\s*\{\s*version\s*=\s*"(\d+\.\d+\.\d+[\w.+-]{0,60})"/gm,
  );
  return [...blocks].slice(0, 200).map(([, address = '', version = '']) => ({ address, version }));
}

async function areThere(pinned: readonly Pinned[], cacheFolder: string): Promise<boolean> {
  const looks = pinned.map(({ address, version }) => stat(join(cacheFolder, address, version)));
  return (await Promise.allSettled(looks)).every(({ status }) => status === 'fulfilled');
}

interface Wanted {
  readonly lock: string;
  readonly pinned: readonly Pinned[];
  readonly cacheFolder: string;
}

/** F1 */
async function fetchAll(
  place: Workplace,
  { lock, pinned, cacheFolder }: Wanted,
  signal: AbortSignal,
): Promise<string | undefined> {
  const root = join(place.folder, 'fill');
  await mkdir(root, { recursive: true });
  const wanted = pinned.map(({ address, version }, index) => [
    `p${index}`,
    { source: address, version: `= ${version}` },
  ]);
  const text = JSON.stringify({ terraform: { required_providers: Object.fromEntries(wanted) } });
  await writeFile(join(root, 'versions.tf.json'), text);
  await writeFile(join(root, lockName), lock);
  const state = { backend: 'local', settings: {} };
  const call = composeCall({ ...place, root, state }, ['init', '-input=false'], limits, {
    cache: 'filled',
  });
  const { end } = await inTurn(cacheFolder, signal, () => runProgram(call, signal));
  const isFetched = end.kind === 'exited' && end.exitCode === 0;
  return isFetched ? await readFile(join(root, lockName), 'utf8') : undefined;
}
