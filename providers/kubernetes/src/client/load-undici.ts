/**
 * The library for HTTP in two portions: the whole has a hundred modules, most of them for `fetch` and
 * web sockets, and takes 30 ms, which every command would wait for.
 */
import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

/** Enough to send requests by `dispatch`. */
export function loadPool(): { readonly Pool: typeof import('undici').Pool } {
  return { Pool: load('undici/lib/dispatcher/pool.js') };
}

/** Its pools have all their members afterwards, those that were opened before too. */
export function loadUndici(): typeof import('undici') {
  return load('undici');
}
