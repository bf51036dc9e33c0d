import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * The first executable file of that name, as an absolute path; `undefined` when there is none.
 * `searchPath` is written like PATH. Relative and empty entries are left out, since they would
 * find what lies in a repository. A name with a slash has to be an absolute path, and is only looked at.
 */
export async function findProgram(name: string, searchPath: string): Promise<string | undefined> {
  if (name.includes('/')) return isAbsolute(name) && (await isProgram(name)) ? name : undefined;
  if (name === '' || name.includes('\0')) return undefined;
  for (const folder of searchPath.split(delimiter).filter(isAbsolute)) {
    const path = join(folder, name);
    if (await isProgram(path)) return path;
  }
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
