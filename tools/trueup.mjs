#!/usr/bin/env node
/**
 * The command `trueup` of a checkout: `npx trueup …`, or this file by its path.
 *
 * It runs on whatever Node the machine has, hence no TypeScript, no dependencies and nothing newer
 * than Node 18; an older one hands over to the Node that npm brought along. The version is told right
 * here: it is what scripts ask for most often, and needs nothing else.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const neededMajor = 24;
const words = process.argv.slice(2);

if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) printVersion();
else if (!existsSync(join(root, 'node_modules', 'commander'))) askToInstall();
else if (Number(process.versions.node.split('.')[0]) < neededMajor) handOver();
else await start();

function printVersion() {
  const { version } = JSON.parse(readFileSync(join(root, 'apps/cli/package.json'), 'utf8'));
  process.stdout.write(`${version}\n`);
}

function askToInstall() {
  console.error(`trueup: its dependencies are not installed. Run \`npm ci\` in ${root} first.`);
  process.exitCode = 1;
}

/** What `main.ts` loads is compiled once; a folder of the user's own, since others may write a shared one. */
async function start() {
  const { XDG_CACHE_HOME: caches, HOME: home } = process.env;
  const folder = caches || (home && join(home, '.cache'));
  if (folder) nodeModule.enableCompileCache?.(join(folder, 'trueup', 'compiled'));
  await import(pathToFileURL(join(root, 'apps/cli/src/main.ts')).href);
}

function handOver() {
  const node = join(
    root,
    'node_modules',
    '.bin',
    process.platform === 'win32' ? 'node.cmd' : 'node',
  );
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
