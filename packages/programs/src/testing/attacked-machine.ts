/**
 * What a program must not get at: the store, its key, another target's credentials, the environment of
 * Trueup's process, and an address that is blocked. Stand-ins of all five, and a script that tries each.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

export interface AttackedMachine extends AsyncDisposable {
  /** For bash. Prints `tried` in any case, and on the same line what it got at. Ends with 0. */
  readonly script: string;
}

/** What each of them holds: it is in the output of who got at it. */
export const loot: Readonly<Record<string, string>> = {
  store: 'loot-of-the-store',
  key: 'loot-of-the-key',
  credentials: 'loot-of-another-target',
  environment: 'loot-of-the-environment',
  address: 'loot-of-the-address',
};

export async function openAttackedMachine(): Promise<AttackedMachine> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'trueup-attacked-'));
  opened.defer(() => rm(folder, { recursive: true }));
  const files = ['store', 'key', 'credentials'].map((name) => join(folder, name));
  for (const file of files) await writeFile(file, loot[basename(file)] ?? '', { mode: 0o600 });

  const server = createServer((socket) => socket.end(loot['address'] ?? '')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.defer(async () => {
    server.close();
    await once(server, 'close');
  });

  // A process of this user's that has a secret in its environment, as Trueup's own may have.
  const environment = { LOOT: loot['environment'] };
  const child = spawn('/bin/sleep', ['600'], { env: environment, stdio: 'ignore' });
  await once(child, 'spawn');
  opened.defer(async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  const script = [
    'echo tried',
    `cat ${files.join(' ')}`,
    "cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep ^LOOT=",
    `exec 3<>/dev/tcp/127.0.0.1/${portOf(server.address())} && cat <&3`,
  ].join('; ');
  const owned = opened.move();
  return {
    script: `( ${script} ) 2>/dev/null | tr '\\n' ' '; exit 0`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Which of them are in a text, by name. */
export function findLoot(text: string): readonly string[] {
  return Object.keys(loot).filter((name) => text.includes(loot[name] ?? name));
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}
