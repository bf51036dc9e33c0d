#!/usr/bin/env node
/**
 * Starts the server: this file is what service units, containers and `trueup serve` run.
 *
 * It replaces itself by Node with the options below, which Node takes at its start only; the process
 * stays the same one, with its id, its terminal and its signals. Where that is not possible the
 * server runs as Node was started.
 */
import { existsSync } from 'node:fs';
import nodeModule from 'node:module';
import { join } from 'node:path';
import process from 'node:process';

/**
 * V8 lets garbage grow with the memory of the machine: a thousand stacks took 350 MiB, of which 60
 * were in use. With these it collects sooner, and takes a tenth more of a processor for that.
 */
const frugal = [
  '--max-semi-space-size=8',
  '--initial-old-space-size=48',
  '--heap-growing-percent=25',
];

/** glibc keeps arenas of free memory for each thread, 20 MiB in all (mallopt(3)). */
const fewArenas = '1';

const joined = join(import.meta.dirname, '../src/main.js');
const main = existsSync(joined) ? joined : join(import.meta.dirname, '../src/main.ts');
const { argv, env, execArgv, execPath } = process;
const cache = env.NODE_COMPILE_CACHE ?? cacheFolder();

if (canReplaceItself()) {
  const named = { MALLOC_ARENA_MAX: fewArenas, ...(cache && { NODE_COMPILE_CACHE: cache }) };
  const words = [execPath, ...frugal, ...execArgv, main, ...argv.slice(2)];
  process.execve(execPath, words, { ...named, ...env });
} else {
  if (cache !== undefined) nodeModule.enableCompileCache?.(cache);
  await import(main);
}

/** Of the user's own: what lies in a shared one, somebody else may have put there. */
function cacheFolder() {
  const { XDG_CACHE_HOME: caches, HOME: home } = env;
  const folder = caches || (home && join(home, '.cache'));
  return folder ? join(folder, 'trueup', 'compiled') : undefined;
}

/** A channel to who forked us would be lost, and Windows knows no such thing. */
function canReplaceItself() {
  const possible = typeof process.execve === 'function' && process.platform !== 'win32';
  return possible && process.channel === undefined;
}
