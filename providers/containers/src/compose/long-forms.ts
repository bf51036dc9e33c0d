/**
 * Brings a service into the long forms of compose, so that two files that say the same thing in
 * different words can be merged, and so that paths mean the same wherever they come from.
 */
import { posix } from 'node:path';

import { joinAddresses, withoutDoubles } from './merge-trees.ts';
import { parsePort } from './parse-port.ts';
import { isPath, resolvePath } from './resolve-path.ts';
import {
  itemsOf,
  listOf,
  type MapTree,
  mapOf,
  memberOf,
  membersOf,
  type Remarks,
  scalarOf,
  type Tree,
  textOf,
} from './tree.ts';

export interface FormContext {
  /** That relative paths start from. */
  readonly folder: string;
  readonly remarks: Remarks;
}

type Form = (tree: Tree, context: FormContext) => Tree;

export function toLongForms(service: Tree, context: FormContext): Tree {
  if (service.kind !== 'map') return service;
  return mapMembers(service, (name, tree) => {
    const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
    const isAbsent = tree.kind === 'scalar' && tree.value === null;
    return withoutDoubles(name, form && !isAbsent ? form(tree, context) : tree);
  });
}

/** Secrets and configs of a project: the file is a path of the repository. */
export function toLongSource(tree: Tree, context: FormContext): Tree {
  if (tree.kind !== 'map') return tree;
  return mapMembers(tree, (name, one) => (name === 'file' ? placeFile(one, context) : one));
}

function mapMembers(tree: MapTree, change: (name: string, tree: Tree) => Tree): MapTree {
  return mapOf(
    [...tree.members].map(([name, one]) => [name, change(name, one)]),
    tree,
  );
}

const asMap: Form = (tree) => {
  if (tree.kind !== 'list') return tree;
  return mapOf(
    tree.items.map((item): [string, Tree] => {
      const text = textOf(item) ?? '';
      const at = text.indexOf('=');
      if (at < 0) return [text, scalarOf(null, item.origin)];
      return [text.slice(0, at), scalarOf(text.slice(at + 1), item.origin)];
    }),
    tree,
  );
};

/** `name=address` and `name:address` mean the same; an address may hold colons and stand in brackets. */
const asHosts: Form = (tree) => {
  const hosts = new Map<string, Tree[]>();
  const add = (name: string, address: Tree) =>
    hosts.set(name, [...(hosts.get(name) ?? []), address]);
  for (const item of itemsOf(tree)) {
    const parts = /^(?<name>[^=:]+)[=:](?<address>.+)$/.exec(textOf(item) ?? '')?.groups;
    add(parts?.['name'] ?? '', scalarOf(parts?.['address'] ?? '', item.origin));
  }
  for (const [name, one] of membersOf(tree)) add(name, one);
  const joined = [...hosts].map(([name, all]) => [name, joinAddresses(all)] as const);
  return tree.kind === 'scalar' ? tree : mapOf(joined, tree);
};

const asList: Form = (tree) => (tree.kind === 'scalar' ? listOf([tree], tree) : tree);

/** A list of names is a map of nothing, or of `member` where that has to be said. */
function asNamed(fill?: readonly (readonly [string, string | boolean])[]): Form {
  return (tree) => {
    if (tree.kind !== 'list') return tree;
    return mapOf(
      tree.items.map((item): [string, Tree] => [
        textOf(item) ?? '',
        fill
          ? mapOf(
              fill.map(([name, value]) => [name, scalarOf(value, item.origin)]),
              scalarOf(null, item.origin),
            )
          : scalarOf(null, item.origin),
      ]),
      tree,
    );
  };
}

function eachItem(form: Form): Form {
  return (tree, context) =>
    tree.kind === 'list'
      ? listOf(
          tree.items.map((item) => form(item, context)),
          tree,
        )
      : tree;
}

function asMember(name: string): Form {
  return (item) => (item.kind === 'scalar' ? mapOf([[name, item]], item) : item);
}

const asEnvFile: Form = (tree, context) =>
  eachItem((item) => {
    const long = asMember('path')(item, context);
    return long.kind === 'map'
      ? mapMembers(long, (name, one) => (name === 'path' ? placeFile(one, context) : one))
      : long;
  })(asList(tree, context), context);

function placeFile(tree: Tree, { folder, remarks }: FormContext): Tree {
  const text = textOf(tree);
  const path = text === undefined ? undefined : resolvePath(folder, text);
  if (path !== undefined) return { ...scalarOf(path, tree.origin) };
  const advice = 'Name a file of the repository, relative to the compose file.';
  remarks.invalid(tree, [], 'the path does not lie in the repository', advice);
  return tree;
}

const asPorts: Form = (tree, { remarks }) => {
  if (tree.kind !== 'list') return tree;
  const items = tree.items.flatMap((item): readonly Tree[] => {
    if (item.kind !== 'scalar') return [item];
    const ports = parsePort(textOf(item) ?? '');
    if (!ports) {
      const advice = 'Write `8080:80`, `127.0.0.1:8080:80/udp`, or the long form.';
      remarks.invalid(item, ['ports'], 'a port is not written as one', advice);
      return [];
    }
    return ports.map((port) =>
      mapOf(
        Object.entries(port).map(([name, value]) => [name, scalarOf(value, item.origin)]),
        item,
      ),
    );
  });
  return listOf(items, tree);
};

const asVolume: Form = (item, context) => {
  const long = item.kind === 'scalar' ? parseVolume(item, context) : item;
  return long.kind === 'map' ? placeBind(withPlainTarget(long), context) : long;
};

/** `/data/` is the same place as `/data`. */
function withPlainTarget(tree: MapTree): MapTree {
  return mapMembers(tree, (name, one) => {
    const text = name === 'target' ? textOf(one) : undefined;
    return text?.startsWith('/') ? scalarOf(posix.resolve(text), one.origin) : one;
  });
}

function parseVolume(item: Tree, { remarks }: FormContext): Tree {
  const parts = (textOf(item) ?? '').split(':');
  const [source = '', target, mode = ''] = parts.length === 1 ? ['', parts[0]] : parts;
  if (parts.length > 3 || target === undefined || !target.startsWith('/')) {
    const advice = 'Write `name:/path` or `./folder:/path:ro`.';
    remarks.invalid(item, ['volumes'], 'a mount is not written as one', advice);
    return item;
  }
  const flags = mode.split(',').filter((flag) => flag !== '' && flag !== 'rw');
  const isBind = isPath(source);
  const members: (readonly [string, Tree])[] = [
    ['type', scalarOf(isBind ? 'bind' : 'volume', item.origin)],
    ['target', scalarOf(target, item.origin)],
  ];
  if (source !== '') members.push(['source', scalarOf(source, item.origin)]);
  for (const flag of flags) {
    const member = mountFlag(flag, item);
    if (member) members.push(member);
    else refuseFlag(flag, item, remarks);
  }
  return mapOf(members, item);
}

function mountFlag(flag: string, item: Tree): readonly [string, Tree] | undefined {
  const yes = scalarOf(true, item.origin);
  if (flag === 'ro') return ['read_only', yes];
  if (flag === 'nocopy') return ['volume', mapOf([['nocopy', yes]], item)];
  if (!/^r?(?:private|shared|slave)$/.test(flag)) return undefined;
  return ['bind', mapOf([['propagation', scalarOf(flag, item.origin)]], item)];
}

function refuseFlag(flag: string, item: Tree, remarks: Remarks): void {
  const at = { origin: item.origin, path: ['volumes'] };
  const summary = `\`${flag}\` of a mount is not supported`;
  remarks.add('error', 'COMPOSE_UNSUPPORTED', at, { summary });
}

/** A relative source is a place of the repository, whatever host the service runs on. */
function placeBind(tree: MapTree, { folder, remarks }: FormContext): Tree {
  const source = memberOf(tree, 'source');
  const text = textOf(source);
  if (textOf(memberOf(tree, 'type')) !== 'bind' || !source || text === undefined) return tree;
  if (text.startsWith('/')) return tree;
  const path = resolvePath(folder, text);
  if (path === undefined) {
    const advice = 'Name a folder of the repository, or an absolute path of the host.';
    remarks.invalid(source, ['volumes'], 'the path does not lie in the repository', advice);
    return tree;
  }
  const members = new Map(tree.members);
  members.set('source', scalarOf(path, source.origin));
  members.set('type', scalarOf('repository', source.origin));
  return { ...tree, members };
}

const started = [['condition', 'service_started']] as const;

const forms: Readonly<Record<string, Form>> = {
  environment: asMap,
  labels: asMap,
  annotations: asMap,
  sysctls: asMap,
  extra_hosts: asHosts,
  depends_on: asNamed(started),
  networks: asNamed(),
  env_file: asEnvFile,
  ports: asPorts,
  volumes: eachItem(asVolume),
  secrets: eachItem(asMember('source')),
  configs: eachItem(asMember('source')),
  dns: asList,
  dns_search: asList,
  dns_opt: asList,
  tmpfs: asList,
  profiles: asList,
};

/** Names in `profiles`, which is a list by now. */
export function profilesOf(service: Tree): readonly string[] {
  return itemsOf(memberOf(service, 'profiles')).flatMap((item) => textOf(item) ?? []);
}
