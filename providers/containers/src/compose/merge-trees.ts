/**
 * How one file of a project is laid over another: maps are merged by member, lists grow, what has a
 * key of its own (ports, mounts) is replaced by key, commands are replaced as a whole.
 */
import { listOf, mapOf, memberOf, scalarOf, type Tree, textOf } from './tree.ts';

/** Of items that mean the same the last one counts. Items in long forms; lists of other names stay as they are. */
export function withoutDoubles(name: string, tree: Tree): Tree {
  if (tree.kind !== 'list' || !(plainSets.has(name) || Object.hasOwn(keys, name))) return tree;
  return uniteItems(name, tree.items, tree);
}

/** Lists of single texts in which nothing is meant twice. */
const plainSets: ReadonlySet<string> = new Set([
  ...['cap_add', 'cap_drop', 'dns', 'dns_opt', 'dns_search', 'expose', 'profiles', 'tmpfs'],
]);

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
  if (path.at(-2) === 'extra_hosts') return joinAddresses([base, over]);
  if (base.kind === 'list' && over.kind === 'list') return mergeLists(base, over, path);
  if (over.kind === 'scalar' && over.value === null && base.kind !== 'scalar') return base;
  return withoutTags(over);
}

function mergeMaps(
  base: Extract<Tree, { kind: 'map' }>,
  over: Extract<Tree, { kind: 'map' }>,
  path: readonly string[],
): Tree {
  if (isOtherDriver(base, over, path)) return withoutTags(over);
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
  const all = [...base.items, ...over.items];
  return uniteItems(lastOf(path), all, { ...base, origin: over.origin });
}

function uniteItems(name: string, items: readonly Tree[], from: Tree): Tree {
  const keyOf = keys[name] ?? defaultKey;
  const merged = new Map(items.map((item, index) => [keyOf(item) ?? `#${index}`, item]));
  return listOf([...merged.values()].map(withoutTags), from);
}

/** What one driver of logs is told says nothing to another. */
function isOtherDriver(base: Tree, over: Tree, path: readonly string[]): boolean {
  if (lastOf(path) !== 'logging') return false;
  const [before, after] = [base, over].map((one) => textOf(memberOf(one, 'driver')));
  return before !== undefined && after !== undefined && before !== after;
}

/** One host may have several addresses: texts with commas between, sorted. */
export function joinAddresses(trees: readonly Tree[]): Tree {
  const texts = trees.flatMap((one) => (one.kind === 'list' ? one.items : [one])).map(textOf);
  const all = texts.flatMap((text) => (text ?? '').split(','));
  const plain = all.map((one) => one.trim().replace(/^\[(.*)\]$/, '$1'));
  const joined = [...new Set(plain)]
    .filter((one) => one !== '')
    .sort()
    .join(',');
  return scalarOf(joined, trees.at(-1)?.origin ?? { file: '', line: 1 });
}

/** A scalar that is already there is not listed twice. */
function defaultKey(item: Tree): string | undefined {
  return textOf(item);
}

const keys: Readonly<Record<string, (item: Tree) => string | undefined>> = {
  ports: (item) =>
    Object.entries({ host_ip: '0.0.0.0', target: '', published: '', protocol: 'tcp' })
      .map(([name, otherwise]) => textOf(memberOf(item, name)) ?? otherwise)
      .join('|'),
  volumes: (item) => textOf(memberOf(item, 'target')),
  secrets: (item) => textOf(memberOf(item, 'target')) ?? textOf(memberOf(item, 'source')),
  configs: (item) => textOf(memberOf(item, 'target')) ?? textOf(memberOf(item, 'source')),
  env_file: (item) => textOf(memberOf(item, 'path')),
  devices: (item) => textOf(memberOf(item, 'target')) ?? targetOf(textOf(item)),
};

function targetOf(device: string | undefined): string | undefined {
  const [source, target = source] = device?.split(':') ?? [];
  return target;
}

function isReplaced(path: readonly string[]): boolean {
  const last = lastOf(path);
  return (
    ['command', 'entrypoint'].includes(last) ||
    path.at(-2) === 'ulimits' ||
    (last === 'test' && path.includes('healthcheck'))
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
