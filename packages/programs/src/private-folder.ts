import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own for one program: only this user may look into it, and it goes once disposed. */
export interface PrivateFolder extends AsyncDisposable {
  readonly path: string;
}

export async function openPrivateFolder(): Promise<PrivateFolder> {
  const path = await mkdtemp(join(tmpdir(), 'trueup-program-'));
  await Promise.all([mkdir(join(path, 'home')), mkdir(join(path, 'tmp'))]);
  return { path, [Symbol.asyncDispose]: () => removeFolder(path) };
}

/** The variables by which programs find where to put their things. */
export function environmentOf(privateFolder: string): Readonly<Record<string, string>> {
  const home = join(privateFolder, 'home');
  return {
    HOME: home,
    TMPDIR: join(privateFolder, 'tmp'),
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_DATA_HOME: join(home, '.local', 'share'),
    XDG_STATE_HOME: join(home, '.local', 'state'),
  };
}

async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // Module caches make their folders read-only, which keeps their content from being removed.
    await makeWritable(path);
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  const entries = await readdir(folder, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory());
  for (const { name } of folders) await makeWritable(join(folder, name));
}
