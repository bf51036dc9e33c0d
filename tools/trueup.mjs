#!/usr/bin/env node
/**
 * The command `trueup`, of a checkout (`npx trueup …`, or this file by its path) and of the package.
 *
 * It runs on whatever Node the machine has, hence no TypeScript, no dependencies and nothing newer
 * than Node 18; an older one hands over to the Node that npm brought along. The version is told right
 * here: it is what scripts ask for most often, and needs nothing else.
 */
import { existsSync, readFileSync, writeSync } from 'node:fs';
import process from 'node:process';

const root = new URL('..', import.meta.url);
const neededMajor = 24;
const words = process.argv.slice(2);
const joined = new URL('apps/cli/src/main.js', root);
const isCheckout = !existsSync(joined);

if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) printVersion();
else if (isCheckout && !existsSync(new URL('node_modules/commander', root))) await askToInstall();
else if (Number(process.versions.node.split('.')[0]) < neededMajor) await handOver();
else await start();

/** Written at once: making a stream of standard output takes longer than everything else together. */
function printVersion() {
  const { version } = JSON.parse(readFileSync(new URL('apps/cli/package.json', root), 'utf8'));
  try {
    writeSync(1, `${version}\n`);
  } catch {
    // Nobody reads it.
    process.exitCode = 1;
  }
}

async function askToInstall() {
  const { fileURLToPath } = await import('node:url');
  const folder = fileURLToPath(root);
  console.error(`trueup: its dependencies are not installed. Run \`npm ci\` in ${folder} first.`);
  process.exitCode = 1;
}

/** What `main.ts` loads is compiled once; a folder of the user's own, since others may write a shared one. */
async function start() {
  const { default: nodeModule } = await import('node:module');
  const { join } = await import('node:path');
  const { XDG_CACHE_HOME: caches, HOME: home } = process.env;
  const folder = caches || (home && join(home, '.cache'));
  if (folder) nodeModule.enableCompileCache?.(join(folder, 'trueup', 'compiled'));
  const main = isCheckout ? new URL('apps/cli/src/main.ts', root) : joined;
  await import(main.href);
}

async function handOver() {
  const { spawn } = await import('node:child_process');
  const { fileURLToPath } = await import('node:url');
  const name = process.platform === 'win32' ? 'node.cmd' : 'node';
  const node = fileURLToPath(new URL(`node_modules/.bin/${name}`, root));
  if (!existsSync(node)) {
    console.error(
      `trueup: it needs Node ${neededMajor}. This is ${process.version}, and npm brought none for ` +
        `${process.platform}-${process.arch}: please install Node ${neededMajor}.`,
    );
    process.exitCode = 1;
    return;
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...words], { stdio: 'inherit' });
  // A terminal tells the whole group of Ctrl-C: told twice, the child would take it for two.
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  process.on('SIGINT', () => {
    if (!onTerminal) child.kill('SIGINT');
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`trueup: Node ${neededMajor} could not be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}
