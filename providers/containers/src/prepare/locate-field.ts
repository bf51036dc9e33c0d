import type { FieldPath, Origin } from '@trueup/diagnostics';

import { itemsOf, memberOf, type Tree, textOf } from '../compose/tree.ts';

/** The line that asks for a field, or what it is part of. `undefined` where nothing is written. */
export function locateField(tree: Tree | undefined, path: FieldPath): Origin | undefined {
  if (!tree || tree.origin.file === '') return undefined;
  let found = tree;
  for (const step of path) {
    const next = typeof step === 'string' ? stepInto(found, step) : itemOf(found, step);
    if (!next) break;
    found = next;
  }
  return found.origin;
}

function stepInto(tree: Tree, name: string): Tree | undefined {
  return memberOf(tree, name) ?? memberOf(tree, written[name] ?? '');
}

/** What stands under another name in the file. */
const written: Readonly<Record<string, string>> = {
  imageDigest: 'image',
  replicas: 'deploy',
  mem_limit: 'deploy',
  cpus: 'deploy',
  files: 'secrets',
};

function itemOf(tree: Tree, key: Readonly<Record<string, unknown>>): Tree | undefined {
  return itemsOf(tree).find((item) =>
    Object.entries(key).every(([name, value]) => {
      const own = textOf(memberOf(item, name));
      return own === undefined ? value === '' : own === String(value);
    }),
  );
}
