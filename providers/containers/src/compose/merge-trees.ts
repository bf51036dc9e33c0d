/**
 * How one file of a project is laid over another: maps are merged by member, lists grow, what has a
 * key of its own (ports, mounts) is replaced by key, commands are replaced as a whole.
 */
import { listOf, mapOf, memberOf, type Tree, textOf } from './tree.ts';

/** Both are in their long forms, so that like meets like. */
export function mergeTrees(
  base: Tree | undefined,
  over: Tree | undefined,
  path: readonly string[] = [],
): Tree | undefined {
  if (!over) return base;
  if (over.tag === 'reset') return undefined;
  if (!base || over.tag === 'override' || isReplaced(path)) return withoutTags(over);
  if (base.kind === 'map' && over.kind === 'map') return mergeMaps(base, over, path);
  if (base.kind === 'list' && over.kind === 'list') return mergeLists(base, over, path);
  if (over.kind === 'scalar' && over.value === null && base.kind !== 'scalar') return base;
  return withoutTags(over);
}

function mergeMaps(
  base: Extract<Tree, { kind: 'map' }>,
  over: Extract<Tree, { kind: 'map' }>,
  path: readonly string[],
): Tree {
  const names = new Set([...base.members.keys(), ...over.members.keys()]);
  const members = [...names].flatMap((name): [string, Tree][] => {
    const merged = mergeTrees(base.members.get(name), over.members.get(name), [...path, name]);
    return merged ? [[name, merged]] : [];
  });
  return mapOf(members, { ...base, origin: over.origin });
}

function mergeLists(
  base: Extract<Tree, { kind: 'list' }>,
  over: Extract<Tree, { kind: 'list' }>,
  path: readonly string[],
): Tree {
  const keyOf = keys[lastOf(path)] ?? defaultKey;
  const merged = new Map<string, Tree>();
  for (const [index, item] of [...base.items, ...over.items].entries()) {
    merged.set(keyOf(item) ?? `#${index}`, item);
  }
  return listOf([...merged.values()].map(withoutTags), { ...base, origin: over.origin });
}

/** A scalar that is already there is not listed twice. */
function defaultKey(item: Tree): string | undefined {
  return textOf(item);
}

const keys: Readonly<Record<string, (item: Tree) => string | undefined>> = {
  ports: (item) =>
    ['host_ip', 'target', 'published', 'protocol']
      .map((name) => textOf(memberOf(item, name)) ?? '')
      .join('|'),
  volumes: (item) => textOf(memberOf(item, 'target')),
  secrets: (item) => textOf(memberOf(item, 'target')) ?? textOf(memberOf(item, 'source')),
  configs: (item) => textOf(memberOf(item, 'target')) ?? textOf(memberOf(item, 'source')),
  env_file: (item) => textOf(memberOf(item, 'path')),
};

function isReplaced(path: readonly string[]): boolean {
  const last = lastOf(path);
  return (
    ['command', 'entrypoint'].includes(last) || (last === 'test' && path.includes('healthcheck'))
  );
}

function lastOf(path: readonly string[]): string {
  return path.at(-1) ?? '';
}

/** What was reset in a file that nothing came before is just not there. */
export function withoutTags(tree: Tree): Tree {
  switch (tree.kind) {
    case 'scalar': {
      const { tag: _tag, ...rest } = tree;
      return rest;
    }
    case 'list': {
      const { tag: _tag, ...rest } = tree;
      return { ...rest, items: tree.items.filter(isKept).map(withoutTags) };
    }
    case 'map': {
      const { tag: _tag, ...rest } = tree;
      const members = [...tree.members].filter(([, one]) => isKept(one));
      return { ...rest, members: new Map(members.map(([name, one]) => [name, withoutTags(one)])) };
    }
  }
}

function isKept({ tag }: Tree): boolean {
  return tag !== 'reset';
}
