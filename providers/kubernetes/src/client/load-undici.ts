/**
 * The library for HTTP, loaded when it is needed: watches, logs and proxies. It has a hundred modules
 * and takes 30 ms, which every command would wait for.
 */
import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

export function loadUndici(): typeof import('undici') {
  return load('undici');
}
