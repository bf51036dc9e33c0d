/** What a root module and the modules of the repository that it calls describe. */
import { adviseName, type Diagnostic, type Origin } from '@trueup/diagnostics';

import { outlineJson } from './outline-json.ts';
import { type Attribute, type Block, type Outline, scanHcl } from './scan-hcl.ts';

export interface ModuleFile {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
}

export interface DescribedResource {
  readonly type: string;
  readonly name: string;
  /** As the tool writes it. */
  readonly address: string;
  /** Addresses in the same module. */
  readonly dependsOn: readonly string[];
  readonly origin: Origin;
  /** Line of each attribute. */
  readonly places: ReadonlyMap<string, Origin>;
}

export interface DescribedVariable {
  readonly hasDefault: boolean;
  readonly origin: Origin;
}

export interface DescribedOutput {
  readonly dependsOn: readonly string[];
  readonly origin: Origin;
}

export interface DescribedModule {
  /** Those that are there once: how many a `count` or `for_each` makes, only the tool knows. */
  readonly resources: readonly DescribedResource[];
  readonly variables: ReadonlyMap<string, DescribedVariable>;
  readonly outputs: ReadonlyMap<string, DescribedOutput>;
  /** Calls of modules of the repository, by folder. */
  readonly calls: readonly {
    readonly name: string;
    readonly source: string;
    readonly many: boolean;
  }[];
  /** Of a backend that the files themselves name. */
  readonly backend: { readonly type: string; readonly origin: Origin } | undefined;
  /** Where plug-ins are asked for. */
  readonly plugins: Origin | undefined;
  /** Those that come in a number which is not known yet, by their addresses without keys. */
  readonly repeated: readonly DescribedResource[];
}

/** `prefix` is the address of the module; empty for the root. */
export function readModule(files: readonly ModuleFile[], prefix: string): DescribedModule {
  const blocks = files.flatMap((file) => topBlocks(file));
  const ofType = (type: string) => blocks.filter(({ block }) => block.type === type);
  const resources = ofType('resource').filter(({ block }) => block.labels.length === 2);
  const known = new Set(resources.map(({ block }) => block.labels.join('.')));
  const described = (many: boolean): readonly DescribedResource[] =>
    resources
      .filter(({ block }) => isMany(block) === many)
      .map((placed) => describe(placed, prefix, known));
  const calls = ofType('module').flatMap(({ block }) => toCall(block));
  return {
    resources: described(false),
    repeated: described(true),
    variables: new Map(ofType('variable').map(toVariable)),
    outputs: new Map(
      ofType('output').map((placed) => [
        placed.block.labels[0] ?? '',
        { dependsOn: references(placed.block, prefix, known), origin: originOf(placed) },
      ]),
    ),
    calls,
    backend: findBackend(ofType('terraform')),
    plugins: findPlugins(ofType('terraform')),
  };
}

/** Names of the values that a file of variables sets. */
export function namesIn({ path, text }: ModuleFile): readonly string[] {
  const { attributes } = path.endsWith('.json') ? outlineJson(text) : scanHcl(text);
  return attributes.map(({ name }) => name);
}

export function isModuleFile(path: string): boolean {
  return /\.(?:tf|tofu)(?:\.json)?$/.test(path);
}

/** What is said about a name that nobody declared. */
export function undeclared(
  name: string,
  path: readonly string[],
  declared: Iterable<string>,
): Diagnostic {
  const advice = adviseName(name, [...declared]);
  return {
    severity: 'error',
    code: 'TERRAFORM_VARIABLE_UNKNOWN',
    path,
    summary: `terraform: ${JSON.stringify(name.slice(0, 100))} is no variable of the stack`,
    ...(advice !== undefined && { advice }),
  };
}

interface Placed {
  readonly file: string;
  readonly block: Block;
}

function topBlocks({ path, text }: ModuleFile): readonly Placed[] {
  const outline: Outline = path.endsWith('.json') ? outlineJson(text) : scanHcl(text);
  return outline.blocks.map((block) => ({ file: path, block }));
}

function describe(placed: Placed, prefix: string, known: ReadonlySet<string>): DescribedResource {
  const { block, file } = placed;
  const [type = '', name = ''] = block.labels;
  const isJson = file.endsWith('.json');
  const inner: readonly {
    readonly name: string;
    readonly line: number;
    readonly column: number;
  }[] = [
    ...block.blocks.map((one) => ({ name: one.type, line: one.line, column: one.column })),
    ...block.attributes,
  ];
  return {
    type,
    name,
    address: `${prefix}${type}.${name}`,
    dependsOn: references(block, prefix, known).filter((one) => one !== `${prefix}${type}.${name}`),
    origin: originOf(placed),
    places: new Map(
      isJson ? [] : inner.map((one) => [one.name, { file, line: one.line, column: one.column }]),
    ),
  };
}

function references(
  { text }: Pick<Block, 'text'>,
  prefix: string,
  known: ReadonlySet<string>,
): readonly string[] {
  const found = text.matchAll(/(?<![\w.-])([a-z][\w-]*\.[A-Za-z_][\w-]*)/g);
  const addresses = new Set([...found].flatMap(([, name = '']) => (known.has(name) ? [name] : [])));
  return [...addresses].sort().map((one) => `${prefix}${one}`);
}

function isMany({ attributes }: Block): boolean {
  return attributes.some(({ name }) => name === 'count' || name === 'for_each');
}

function toCall(block: Block): DescribedModule['calls'] {
  const source = literalOf(block.attributes.find(({ name }) => name === 'source'));
  const isOurs = source?.startsWith('./') || source?.startsWith('../');
  if (source === undefined || !isOurs) return [];
  return [{ name: block.labels[0] ?? '', source, many: isMany(block) }];
}

function literalOf(attribute: Attribute | undefined): string | undefined {
  return /^"([^"$%\\]*)"$/.exec(attribute?.text ?? '')?.[1];
}

function toVariable(placed: Placed): readonly [string, DescribedVariable] {
  const { attributes, labels } = placed.block;
  const hasDefault = attributes.some(({ name }) => name === 'default');
  return [labels[0] ?? '', { hasDefault, origin: originOf(placed) }];
}

function findBackend(settings: readonly Placed[]): DescribedModule['backend'] {
  for (const { block, file } of settings) {
    const found = block.blocks.find(({ type }) => type === 'backend' || type === 'cloud');
    if (found) {
      const type = found.type === 'cloud' ? 'cloud' : (found.labels[0] ?? '');
      return { type, origin: { file, line: found.line, column: found.column } };
    }
  }
  return undefined;
}

function findPlugins(settings: readonly Placed[]): Origin | undefined {
  for (const { block, file } of settings) {
    const found = block.blocks.find(({ type }) => type === 'required_providers');
    if (found) return { file, line: found.line, column: found.column };
  }
  return undefined;
}

function originOf({ file, block: { line, column } }: Placed): Origin {
  return { file, line, column };
}
