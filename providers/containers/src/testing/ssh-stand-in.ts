/**
 * A program in the place of ssh: forwards a socket as its configuration says, or does what a test tells it
 * to. It shares nothing with the real one but the two ends: its configuration and what it says.
 */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SshStandIn extends AsyncDisposable {
  /** To look for ssh in. */
  readonly searchPath: string;
  /** What every start does from now on. */
  behave(as: SshBehaviour): Promise<void>;
  /** Each start so far. */
  starts(): Promise<readonly SshStart[]>;
}

export interface SshBehaviour {
  /** Said on the standard error before anything else. */
  readonly says?: string;
  /** Ends with this code, without a socket. */
  readonly exits?: number;
  /** Takes connections and ends them, saying this. */
  readonly refuses?: string;
  /** Neither ends nor opens a socket. */
  readonly hangs?: true;
}

export interface SshStart {
  readonly pid: number;
  readonly arguments: readonly string[];
  readonly config: string;
  readonly key: string;
  readonly knownHosts: string;
}

/** Runs in the folder that ssh would run in. */
const program = `
import { appendFileSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
const own = process.argv[2];
const said = JSON.parse(readFileSync(own + '/behaviour', 'utf8'));
const config = readFileSync('config', 'utf8');
appendFileSync(own + '/starts', JSON.stringify({
  pid: process.pid, arguments: process.argv.slice(3), config,
  key: readFileSync('key', 'utf8'), knownHosts: readFileSync('known_hosts', 'utf8'),
}) + '\\n');
if (said.says) process.stderr.write(said.says + '\\n');
if (said.exits !== undefined) process.exit(said.exits);
if (said.hangs) setInterval(() => undefined, 60_000);
else {
  const [, local, remote] = /LocalForward (\\S+) (\\S+)/.exec(config);
  createServer((near) => {
    near.on('error', () => undefined);
    if (said.refuses) {
      process.stderr.write(said.refuses + '\\n');
      near.destroy();
      return;
    }
    const far = connect(remote);
    far.on('error', () => {
      process.stderr.write('channel 2: open failed: connect failed: open failed\\n');
      near.destroy();
    });
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
  }).listen(local);
}
`;

export async function openSshStandIn(): Promise<SshStandIn> {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-ssh-'));
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await writeFile(join(folder, 'ssh.mjs'), program);
  const start = `#!/bin/sh\nexec '${process.execPath}' '${folder}/ssh.mjs' '${folder}' "$@"\n`;
  await writeFile(join(bin, 'ssh'), start);
  await chmod(join(bin, 'ssh'), 0o755);
  const behave = (as: SshBehaviour): Promise<void> =>
    writeFile(join(folder, 'behaviour'), JSON.stringify(as));
  await behave({});
  return {
    searchPath: bin,
    behave,
    async starts() {
      const text = await readFile(join(folder, 'starts'), 'utf8').catch(() => '');
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line): SshStart => JSON.parse(line));
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
