import type { Files } from '@trueup/provider-sdk';

import { resolvePath } from '../compose/resolve-path.ts';
import type { Remarks } from '../compose/tree.ts';

const names = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
const overrides = [
  'compose.override.yaml',
  'compose.override.yml',
  'docker-compose.override.yaml',
  'docker-compose.override.yml',
];

/** The files that the stack names, else the first one that compose would find, and its override. */
export async function findComposeFiles(
  files: Files,
  folder: string,
  named: readonly string[],
  remarks: Remarks,
): Promise<readonly string[]> {
  if (named.length > 0) {
    return named.flatMap((name) => {
      const path = resolvePath(folder, name);
      if (path !== undefined) return [path];
      const summary = `the file ${name} does not lie in the repository`;
      remarks.add('error', 'COMPOSE_FILE_MISSING', { path: ['files'] }, { summary });
      return [];
    });
  }
  const found = await firstOf(files, folder, names);
  if (found === undefined) {
    const summary = `${folder === '' ? 'the stack' : folder} has no compose file`;
    remarks.add('error', 'COMPOSE_FILE_MISSING', {}, { summary, advice: `Add ${names[0]}.` });
    return [];
  }
  const over = await firstOf(files, folder, overrides);
  return over === undefined ? [found] : [found, over];
}

async function firstOf(
  files: Files,
  folder: string,
  candidates: readonly string[],
): Promise<string | undefined> {
  for (const name of candidates) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (await files.read(path)) return path;
  }
  return undefined;
}
