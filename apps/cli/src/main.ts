/**
 * The command `trueup`. Imports what it needs when it knows what is asked: how fast a command line
 * starts decides whether people like it.
 */
import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';

const [first, ...others] = process.argv.slice(2);

if (others.length === 0 && (first === '--version' || first === '-V')) {
  process.stdout.write(`${readVersion()}\n`);
} else {
  cacheCompiledCode();
  const { openProcess } = await import('./open-process.ts');
  const { runCli } = await import('./run-cli.ts');
  const { surroundings, close } = openProcess(process);
  const code = await runCli(surroundings, readVersion());
  await close(code);
}

function readVersion(): string {
  const file = readFileSync(join(import.meta.dirname, '../package.json'), 'utf8');
  return String(JSON.parse(file).version);
}

/** In a folder of the user's own: what lies in a shared one, somebody else may have put there. */
function cacheCompiledCode(): void {
  const { XDG_CACHE_HOME: caches, HOME: home } = process.env;
  const folder = caches || (home && join(home, '.cache'));
  if (folder) enableCompileCache(join(folder, 'trueup', 'compiled'));
}
