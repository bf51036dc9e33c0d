/**
 * Reads the files of a project: the files that the stack names, laid over each other, and what they
 * include and extend. What comes out is one tree in long forms, whose values know their lines.
 */
import type { Files } from '@trueup/provider-sdk';

import { checkNames } from './check-names.ts';
import type { Lookup } from './interpolate.ts';
import { interpolateTree } from './interpolate-tree.ts';
import { KeptTrees } from './kept-trees.ts';
import { type FormContext, toLongForms, toLongSource } from './long-forms.ts';
import { mergeTrees, withoutTags } from './merge-trees.ts';
import { readDotenv } from './read-dotenv.ts';
import { resolvePath } from './resolve-path.ts';
import {
  itemsOf,
  mapOf,
  memberOf,
  membersOf,
  type Remarks,
  scalarOf,
  type Tree,
  textOf,
} from './tree.ts';

export interface LoadRequest {
  readonly files: Files;
  /** From the repository's root, in the order in which they are laid over each other. */
  readonly paths: readonly string[];
  /** Files of variables; one that is missing is an error. */
  readonly envFiles: readonly string[];
  /** What stands before every file of variables. */
  readonly lookup: Lookup;
  readonly remarks: Remarks;
  /** Of earlier loads. */
  readonly trees?: KeptTrees;
}

/** The sections of a project, each a map by name. */
export interface LoadedProject {
  readonly name: string | undefined;
  readonly services: ReadonlyMap<string, Tree>;
  readonly networks: ReadonlyMap<string, Tree>;
  readonly volumes: ReadonlyMap<string, Tree>;
  readonly configs: ReadonlyMap<string, Tree>;
  readonly secrets: ReadonlyMap<string, Tree>;
  /** Variables of the project, for `environment: [NAME]`. */
  readonly lookup: Lookup;
}

/** Deeper than anybody includes; a circle ends here. */
const deepest = 16;
/** More than anybody includes. Files that include two others each would be read 65,000 times. */
const mostFiles = 500;

const sections = ['services', 'networks', 'volumes', 'configs', 'secrets'] as const;

export async function loadProject(request: LoadRequest): Promise<LoadedProject> {
  const loader = new Loader(request);
  const [first = ''] = request.paths;
  const folder = folderOf(first);
  const lookup = await loader.variables(request.envFiles, folder, request.lookup);
  const tree = await loader.project(request.paths, { folder, lookup, trail: [] });
  const section = (name: (typeof sections)[number]): ReadonlyMap<string, Tree> =>
    new Map(membersOf(memberOf(tree, name)));
  return {
    name: textOf(memberOf(tree, 'name')),
    services: section('services'),
    networks: section('networks'),
    volumes: section('volumes'),
    configs: section('configs'),
    secrets: section('secrets'),
    lookup,
  };
}

interface Place {
  readonly folder: string;
  readonly lookup: Lookup;
  /** Files that lead here. */
  readonly trail: readonly string[];
}

class Loader {
  readonly #files: Files;
  readonly #remarks: Remarks;
  readonly #trees: KeptTrees;
  #filesRead = 0;

  constructor({ files, remarks, trees }: LoadRequest) {
    this.#files = files;
    this.#remarks = remarks;
    this.#trees = trees ?? new KeptTrees();
  }

  /** `.env` of the folder where no file is named; it may be missing. */
  async variables(paths: readonly string[], folder: string, outer: Lookup): Promise<Lookup> {
    const named = paths.length > 0 ? paths : [resolvePath(folder, '.env') ?? '.env'];
    let lookup = outer;
    for (const path of named) {
      const text = await this.#text(path);
      if (text === undefined) {
        if (paths.length > 0) this.#missing(path, undefined);
        continue;
      }
      const before = lookup;
      const { values, badLines } = readDotenv(text, before);
      this.#badLines(path, badLines);
      lookup = (name) => before(name) ?? values.get(name);
    }
    return lookup;
  }

  async project(paths: readonly string[], place: Place): Promise<Tree | undefined> {
    let merged: Tree | undefined;
    for (const path of paths) {
      const tree = await this.#file(path, place);
      merged = mergeTrees(merged, tree);
    }
    return merged && withoutTags(merged);
  }

  async #file(path: string, place: Place): Promise<Tree | undefined> {
    this.#filesRead += 1;
    if (this.#filesRead > mostFiles) {
      const summary = `more than ${mostFiles} files are included`;
      const at = { origin: { file: place.trail[0] ?? path, line: 1 } };
      this.#remarks.add('error', 'COMPOSE_INCLUDE_CIRCLE', at, { summary });
      return undefined;
    }
    const read = await this.#read(path, undefined);
    if (!read) return undefined;
    const filled = interpolateTree(read, place.lookup, this.#remarks);
    checkNames(filled, this.#remarks);
    const context: FormContext = { folder: place.folder, remarks: this.#remarks };
    const long = this.#toLong(filled, context);
    const extended = await this.#extend(long, { ...place, trail: [...place.trail, path] });
    const included = await this.#include(extended, { ...place, trail: [...place.trail, path] });
    return included;
  }

  #toLong(tree: Tree, context: FormContext): Tree {
    if (tree.kind !== 'map') return tree;
    const change: Readonly<Record<string, typeof toLongForms>> = {
      services: toLongForms,
      configs: toLongSource,
      secrets: toLongSource,
    };
    return mapOf(
      [...tree.members].map(([name, section]) => {
        const form = Object.hasOwn(change, name) ? change[name] : undefined;
        if (!form || section.kind !== 'map') return [name, section];
        const members = [...section.members].map(
          ([key, one]) => [key, form(one, context)] as const,
        );
        return [name, mapOf(members, section)];
      }),
      tree,
    );
  }

  async #extend(tree: Tree, place: Place): Promise<Tree> {
    const services = memberOf(tree, 'services');
    if (tree.kind !== 'map' || services?.kind !== 'map') return tree;
    const extended: [string, Tree][] = [];
    for (const [name, service] of services.members) {
      const trail = [`${place.trail.at(-1)}#${name}`];
      extended.push([name, await this.#extendService(service, services, { ...place, trail })]);
    }
    const members = new Map(tree.members);
    members.set('services', mapOf(extended, services));
    return { ...tree, members };
  }

  async #extendService(service: Tree, siblings: Tree, place: Place): Promise<Tree> {
    const extended = memberOf(service, 'extends');
    if (!extended || service.kind !== 'map') return service;
    const name = textOf(extended) ?? textOf(memberOf(extended, 'service'));
    const file = memberOf(extended, 'file');
    const own = mapOf(
      [...service.members].filter(([key]) => key !== 'extends'),
      service,
    );
    if (name === undefined) {
      this.#remarks.invalid(extended, ['extends'], '`extends` names no service');
      return own;
    }
    const base = await this.#baseOf(name, { extended, file, siblings }, place);
    return (base && mergeTrees(base, own)) ?? own;
  }

  async #baseOf(
    name: string,
    { extended, file, siblings }: { extended: Tree; file: Tree | undefined; siblings: Tree },
    place: Place,
  ): Promise<Tree | undefined> {
    const here = place.trail.at(-1)?.split('#')[0] ?? '';
    const path = file ? this.#resolve(file, folderOf(here)) : here;
    if (path === undefined) return undefined;
    const step = `${path}#${name}`;
    if (place.trail.includes(step) || place.trail.length > deepest) {
      const summary = `\`extends\` goes round in a circle at \`${name}\``;
      const at = { origin: extended.origin, path: ['extends'] };
      this.#remarks.add('error', 'COMPOSE_EXTENDS_CIRCLE', at, { summary });
      return undefined;
    }
    const around = file ? await this.#servicesOf(path, extended, place) : siblings;
    const base = memberOf(around, name);
    if (!(base && around)) {
      const summary = `\`extends\` names \`${name}\`, which is no service of ${path}`;
      const at = { origin: extended.origin, path: ['extends'] };
      this.#remarks.add('error', 'COMPOSE_SERVICE_UNKNOWN', at, { summary });
      return undefined;
    }
    return this.#extendService(base, around, { ...place, trail: [...place.trail, step] });
  }

  async #servicesOf(path: string, from: Tree, place: Place): Promise<Tree | undefined> {
    const read = await this.#read(path, from);
    if (!read) return undefined;
    const filled = interpolateTree(read, place.lookup, this.#remarks);
    checkNames(filled, this.#remarks);
    const long = this.#toLong(filled, { folder: folderOf(path), remarks: this.#remarks });
    return memberOf(long, 'services');
  }

  async #include(tree: Tree, place: Place): Promise<Tree> {
    const includes = itemsOf(memberOf(tree, 'include'));
    if (includes.length === 0 || tree.kind !== 'map') return tree;
    const members = new Map([...tree.members].filter(([name]) => name !== 'include'));
    for (const include of includes) {
      const included = await this.#includeOne(include, place);
      for (const section of sections) {
        const theirs = memberOf(included, section);
        if (theirs?.kind !== 'map') continue;
        members.set(section, this.#unite(members.get(section), theirs, section));
      }
    }
    return { ...tree, members };
  }

  async #includeOne(include: Tree, place: Place): Promise<Tree | undefined> {
    const written = include.kind === 'map' ? memberOf(include, 'path') : include;
    const named = oneOrMany(written);
    const here = place.folder;
    const paths = named.flatMap((one) => this.#resolve(one, here) ?? []);
    const [first] = paths;
    if (first === undefined) return undefined;
    if (place.trail.includes(first) || place.trail.length > deepest) {
      const summary = `\`include\` goes round in a circle at ${first}`;
      this.#remarks.add('error', 'COMPOSE_INCLUDE_CIRCLE', include, { summary });
      return undefined;
    }
    const directory = memberOf(include, 'project_directory');
    const folder = (directory && this.#resolve(directory, here)) ?? folderOf(first);
    const env = memberOf(include, 'env_file');
    const envFiles = oneOrMany(env).flatMap((one) => this.#resolve(one, here) ?? []);
    const lookup = await this.variables(envFiles, folder, place.lookup);
    return this.project(paths, { folder, lookup, trail: place.trail });
  }

  /** What is included must not be said twice: which one is meant would hang on the order. */
  #unite(own: Tree | undefined, theirs: Extract<Tree, { kind: 'map' }>, section: string): Tree {
    if (own?.kind !== 'map') return theirs;
    const members = new Map(own.members);
    for (const [name, one] of theirs.members) {
      const known = members.get(name);
      if (known && !isSame(known, one)) {
        const summary = `\`${name}\` of \`${section}\` also stands at ${one.origin.file}:${one.origin.line}, which is included`;
        const at = { origin: known.origin, path: [section, name] };
        const advice = 'Use `extends`, or several files of the stack, to change what is included.';
        this.#remarks.add('error', 'COMPOSE_INCLUDE_CONFLICT', at, { summary, advice });
      } else members.set(name, one);
    }
    return mapOf(members, own);
  }

  #resolve(tree: Tree, folder: string): string | undefined {
    const text = textOf(tree);
    const path = text === undefined ? undefined : resolvePath(folder, text);
    if (path === undefined) {
      this.#remarks.invalid(tree, [], 'the path does not lie in the repository');
    }
    return path;
  }

  async #read(path: string, from: Tree | undefined): Promise<Tree | undefined> {
    const text = await this.#text(path);
    if (text === undefined) {
      this.#missing(path, from);
      return undefined;
    }
    const tree = this.#trees.read(text, path, this.#remarks);
    if (tree && tree.kind !== 'map') {
      this.#remarks.add('error', 'COMPOSE_FILE_INVALID', tree, { summary: 'the file is no map' });
      return undefined;
    }
    return tree ?? mapOf([], scalarOf(null, { file: path, line: 1 }));
  }

  async #text(path: string): Promise<string | undefined> {
    const bytes = await this.#files.read(path);
    return bytes && new TextDecoder().decode(bytes);
  }

  #missing(path: string, from: Tree | undefined): void {
    const at = from ? { origin: from.origin } : { origin: { file: path, line: 1 } };
    this.#remarks.add('error', 'COMPOSE_FILE_MISSING', at, { summary: `there is no file ${path}` });
  }

  #badLines(path: string, lines: readonly number[]): void {
    for (const line of lines) {
      const summary = 'the line is no variable';
      const at = { origin: { file: path, line } };
      this.#remarks.add('error', 'COMPOSE_VARIABLE_INVALID', at, { summary });
    }
  }
}

function oneOrMany(tree: Tree | undefined): readonly Tree[] {
  if (!tree) return [];
  return tree.kind === 'list' ? tree.items : [tree];
}

export function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** The same file may be included by two ways. */
function isSame(a: Tree, b: Tree): boolean {
  return (
    a.origin.file === b.origin.file &&
    a.origin.line === b.origin.line &&
    a.origin.column === b.origin.column
  );
}
