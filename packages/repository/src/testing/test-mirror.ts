import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createAddressGuard } from '@trueup/outbound';

import { openGit } from '../git/git.ts';
import { type Mirror, type MirrorOptions, openMirror } from '../mirror/open-mirror.ts';
import type { Credential } from '../remote/credentials.ts';
import type { Connection } from '../remote/remote-access.ts';

export const searchPath = '/usr/bin:/bin:/usr/local/bin';

export interface TestMirror extends AsyncDisposable {
  readonly mirror: Mirror;
  readonly folder: string;
}

export interface TestMirrorOptions {
  readonly credentials?: Readonly<Record<string, Credential>>;
  readonly connection?: Partial<Connection>;
  readonly mirror?: Partial<MirrorOptions>;
}

/** A mirror in a temporary folder, which may reach this machine and nothing else. */
export async function openTestMirror(
  url: string,
  { credentials = {}, ...rest }: TestMirrorOptions = {},
): Promise<TestMirror> {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-mirror-'));
  const mirror = await openIn(folder, url, { credentials, ...rest }).catch(async (error) => {
    await rm(folder, { recursive: true });
    throw error;
  });
  return {
    mirror,
    folder,
    [Symbol.asyncDispose]: async () => {
      await mirror[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function openIn(
  folder: string,
  url: string,
  { credentials, connection, mirror }: TestMirrorOptions,
): Promise<Mirror> {
  const never = new AbortController().signal;
  return await openMirror(
    {
      git: await openGit(searchPath, never),
      connection: {
        credentials: { find: async (name) => credentials?.[name] },
        guard: createAddressGuard({ allowLoopback: true }),
        allowFiles: true,
        ...connection,
      },
      name: 'shop',
      url,
      folder,
      ...mirror,
    },
    never,
  );
}
