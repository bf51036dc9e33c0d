/**
 * The process of a server. What it loads is compiled once, and kept for the next start: a server that
 * is back soon is missed by nobody.
 */
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { argv, env, exit, stderr, stdout } from 'node:process';

import { OperationError } from '@trueup/diagnostics';

import type { ServerHandle } from './compose.ts';
import type { Logger } from './create-log.ts';
import type { Settings } from './settings/settings.ts';
import { type Stopping, stopOnSignals } from './stop-on-signals.ts';

/** What does not stop by itself in this time hangs: whoever stops us would kill us a little later. */
const stopWithinMs = 8000;

cacheCompiledCode();
const [{ describeSettings }, { parseSettings }] = await Promise.all([
  import('./settings/setting-flags.ts'),
  import('./settings/parse-settings.ts'),
]);
const [first, ...rest] = argv.slice(2);
const rotates = first === 'rotate-key';
const parsed = parseSettings(rotates ? rest : argv.slice(2), env);
if (parsed.kind === 'help') {
  stdout.write(`${describeSettings()}\n`);
} else if (parsed.kind === 'wrong') {
  stderr.write(`${parsed.problems.join('\n')}\n`);
  process.exitCode = 1;
} else if (rotates) {
  await rotateKey(parsed.settings);
} else {
  await run(parsed.settings);
}

async function run(settings: Settings): Promise<void> {
  const [{ createLogger }, { startServer }] = await Promise.all([
    import('./create-log.ts'),
    import('./compose.ts'),
  ]);
  const logger = createLogger({
    level: settings.logLevel,
    format: settings.logFormat ?? (stderr.isTTY ? 'text' : 'json'),
  });
  try {
    const server = await startServer({ settings, logger });
    stdout.write(welcome(server));
    obeySignals(server, logger);
    // Else only a process that ends in peace would leave it to the next one.
    flushCompileCache();
  } catch (error) {
    stderr.write(`${describe(error)}\n`);
    exit(1);
  }
}

async function rotateKey({ dataFolder, keyFile }: Settings): Promise<void> {
  const { rotateInstallationKey } = await import('@trueup/control-plane');
  try {
    const { secrets } = await rotateInstallationKey({ dataFolder, keyFile, now: Date.now });
    stdout.write(
      `${keyFile}: begins with a new key; secrets encrypted anew: ${secrets}\nKeep a copy of the file: older keys in it open older backups.\n`,
    );
  } catch (error) {
    stderr.write(`${describe(error)}\n`);
    process.exitCode = 1;
  }
}

/** In a folder of the user's own: what lies in a shared one, somebody else may have put there. */
function cacheCompiledCode(): void {
  const { XDG_CACHE_HOME: caches, HOME: home } = env;
  const folder = caches || (home && join(home, '.cache'));
  if (folder) enableCompileCache(join(folder, 'trueup', 'compiled'));
}

/** For people: nothing is served yet, so that nothing of anybody's can stand in it. */
function describe(error: unknown): string {
  if (error instanceof OperationError) return `error ${error.code}: ${error.message}`;
  return `not started: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

/**
 * For people and for programs that start us, in one piece. It is not logged: whoever reads the link
 * may make themselves administrator.
 */
function welcome({ url, firstLink }: ServerHandle): string {
  const listening = `listening on ${url}\n`;
  if (firstLink === undefined) return listening;
  const text =
    'There is no administrator yet. This link makes one, once, within 24 hours: open it in a browser, or give it to `trueup login`';
  return `${listening}${text}:\n\n  ${firstLink}\n\n`;
}

function obeySignals(server: ServerHandle, logger: Logger): void {
  const onSignal: Stopping['onSignal'] = (signals, act) => {
    for (const signal of signals) process.on(signal, act);
  };
  stopOnSignals(server, { logger, onSignal, exit, withinMs: stopWithinMs });
  // Without a certificate it means what it means to every process: the terminal is gone.
  if (server.renewCertificate) onSignal(['SIGHUP'], server.renewCertificate);
}
