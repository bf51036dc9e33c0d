/** What users write for this provider. Nothing unparsed gets past: settings may be anything. */
import {
  adviseName,
  type Diagnostic,
  type FieldPath,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
} from '@trueup/diagnostics';

/** Who logs in to hosts. Looking and changing may have different rights. */
export interface Credentials {
  readonly user?: string;
  /** As OpenSSH writes it. */
  readonly privateKey?: string;
  readonly becomePassword?: string;
}

/**
 * - `file`: Ansible's own format, from the repository's root; static files only.
 * - `listed`: names with what is to be known about each.
 * - `input`: an output of another stack: a list of names, or an object as in `listed`.
 */
export type HostList =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'listed'; readonly hosts: JsonObject }
  | { readonly kind: 'input'; readonly input: string };

export interface Batch {
  /** Hosts at once: a count or a share, as in `2` or `25%`. */
  readonly serial?: number | string;
  /** When more hosts of a batch fail, no other batch begins. */
  readonly maxFailPercentage?: number;
}

export interface TargetSettings {
  readonly hosts: HostList | undefined;
  /** Lines as in a known_hosts file. Without them no host is trusted. */
  readonly knownHosts: string;
  readonly plan: Credentials;
  readonly apply: Credentials;
  readonly batch: Batch;
}

export type VariableSource = { readonly value: Json } | { readonly input: string };

export interface Requirement {
  /** Path of a collection's archive, from the repository's root. */
  readonly file: string;
  readonly sha256: string;
}

export interface StackSettings {
  readonly playbook: string;
  readonly hosts: HostList | undefined;
  readonly limit: string | undefined;
  readonly variables: ReadonlyMap<string, VariableSource>;
  /** Folders of roles and other files outside of the stack's, from the repository's root. */
  readonly paths: readonly string[];
  /** Input that holds the password, by vault id. */
  readonly vault: ReadonlyMap<string, string>;
  readonly sops: { readonly key: string; readonly files: readonly string[] } | undefined;
  readonly requirements: readonly Requirement[];
  readonly batch: Batch;
  readonly allowsEmptyPlays: boolean;
  /** Whether hosts that are down are left out, instead of holding everything up. */
  readonly leavesUnreachable: boolean;
  readonly timeoutMs: number;
  /** Values that `set_stats` sets, for other stacks. */
  readonly outputs: ReadonlyMap<string, { readonly sensitive: boolean }>;
  /** As `--tags` and `--skip-tags`. */
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
}

const targetCode = 'ANSIBLE_TARGET_SETTINGS';
const stackCode = 'ANSIBLE_STACK_SETTINGS';

const secretMembers = ['privateKey', 'becomePassword'];
const credentialMembers = ['user', ...secretMembers];
const targetMembers = ['hosts', 'knownHosts', 'plan', 'apply', 'batch'];
const stackMembers = [
  'playbook',
  'hosts',
  'limit',
  'variables',
  'paths',
  'vault',
  'sops',
  'requirements',
  'batch',
  'emptyPlays',
  'unreachable',
  'timeoutSeconds',
  'outputs',
  'tags',
  'skipTags',
];

export function checkTargetSettings(settings: unknown): readonly Diagnostic[] {
  if (settings === undefined || settings === null) return [];
  const found = new Complaints(targetCode);
  const object = found.object(settings, [], targetMembers);
  if (!object) return found.all;
  if (object['hosts'] !== undefined) checkHosts(object['hosts'], found);
  found.textOrSecret(object['knownHosts'], ['knownHosts']);
  for (const name of ['plan', 'apply']) {
    const given = object[name];
    if (given === undefined) continue;
    const credentials = found.object(given, [name], credentialMembers);
    found.text(credentials?.['user'], [name, 'user']);
    for (const member of secretMembers) found.textOrSecret(credentials?.[member], [name, member]);
  }
  checkBatch(object['batch'], found);
  return found.all;
}

export function checkStackSettings(settings: unknown): readonly Diagnostic[] {
  if (settings === undefined || settings === null) return [];
  const found = new Complaints(stackCode);
  const object = found.object(settings, [], stackMembers);
  if (!object) return found.all;
  const { playbook, limit, hosts, paths } = object;
  found.path(playbook, ['playbook']);
  found.text(limit, ['limit']);
  if (hosts !== undefined) checkHosts(hosts, found);
  found.list(paths, ['paths'], (one, path) => found.path(one, path));
  checkVariables(object['variables'], found);
  checkVault(object['vault'], found);
  checkSops(object['sops'], found);
  checkRequirements(object['requirements'], found);
  checkBatch(object['batch'], found);
  found.choice(object['emptyPlays'], ['emptyPlays'], ['refuse', 'allow']);
  found.choice(object['unreachable'], ['unreachable'], ['refuse', 'leave']);
  found.count(object['timeoutSeconds'], ['timeoutSeconds'], 86_400);
  checkOutputs(object['outputs'], found);
  for (const name of ['tags', 'skipTags']) checkTags(object[name], name, found);
  return found.all;
}

/** Of settings that passed; what is wrong in them reads as absent. */
export function parseTargetSettings(settings: unknown): TargetSettings {
  const object = isJsonObject(settings) ? settings : {};
  return {
    hosts: parseHosts(own(object, 'hosts')),
    knownHosts: textOf(own(object, 'knownHosts')) ?? '',
    plan: parseCredentials(own(object, 'plan')),
    apply: parseCredentials(own(object, 'apply') ?? own(object, 'plan')),
    batch: parseBatch(own(object, 'batch')),
  };
}

export function parseStackSettings(settings: unknown): StackSettings {
  const object = isJsonObject(settings) ? settings : {};
  const seconds = own(object, 'timeoutSeconds');
  return {
    playbook: textOf(own(object, 'playbook')) ?? 'site.yaml',
    hosts: parseHosts(own(object, 'hosts')),
    limit: textOf(own(object, 'limit')),
    variables: new Map(
      entriesOf(own(object, 'variables')).map(([name, value]) => [name, parseVariable(value)]),
    ),
    paths: textsOf(own(object, 'paths')),
    vault: new Map(
      entriesOf(own(object, 'vault')).flatMap(([id, value]) => {
        const input = inputOf(value);
        return input === undefined ? [] : [[id, input] as const];
      }),
    ),
    sops: parseSops(own(object, 'sops')),
    requirements: listOf(own(object, 'requirements')).flatMap(parseRequirement),
    batch: parseBatch(own(object, 'batch')),
    allowsEmptyPlays: own(object, 'emptyPlays') === 'allow',
    leavesUnreachable: own(object, 'unreachable') === 'leave',
    timeoutMs: (typeof seconds === 'number' ? seconds : 3600) * 1000,
    outputs: new Map(
      entriesOf(own(object, 'outputs')).map(([name, value]) => [
        name,
        { sensitive: isJsonObject(value) && own(value, 'sensitive') === true },
      ]),
    ),
    tags: textsOf(own(object, 'tags')),
    skipTags: textsOf(own(object, 'skipTags')),
  };
}

class Complaints {
  readonly all: Diagnostic[] = [];
  readonly #code: string;

  constructor(code: string) {
    this.#code = code;
  }

  add(path: FieldPath, summary: string, advice?: string): void {
    const said = { severity: 'error', code: this.#code, path, summary } as const;
    this.all.push({ ...said, ...(advice !== undefined && { advice }) });
  }

  object(
    value: unknown,
    path: FieldPath,
    known?: readonly string[],
  ): Readonly<Record<string, unknown>> | undefined {
    if (!isJsonObject(value)) {
      this.add(path, `${nameOf(path)} has to be an object`);
      return undefined;
    }
    for (const name of Object.keys(value)) {
      if (!known || known.includes(name)) continue;
      const advice = adviseName(name, known);
      this.add([...path, ...shown(name)], `${nameOf(path)} has an unknown member`, advice);
    }
    return Object.fromEntries(Object.entries(value));
  }

  text(value: unknown, path: FieldPath): void {
    if (value === undefined || (typeof value === 'string' && value !== '')) return;
    this.add(path, `${nameOf(path)} has to be a text`);
  }

  /** As it stands in Git, or as it is once the secret was put in its place. */
  textOrSecret(value: unknown, path: FieldPath): void {
    const isNamed = isJsonObject(value) && Object.keys(value).join() === 'secret';
    if (isNamed && typeof value['secret'] === 'string' && value['secret'] !== '') return;
    this.text(value, path);
  }

  path(value: unknown, path: FieldPath): void {
    if (value === undefined || isInside(value)) return;
    this.add(
      path,
      `${nameOf(path)} has to be a path within the repository`,
      'Write it relative, with forward slashes, without `..`.',
    );
  }

  list(value: unknown, path: FieldPath, check: (one: unknown, path: FieldPath) => void): void {
    if (value === undefined) return;
    if (!Array.isArray(value)) this.add(path, `${nameOf(path)} has to be a list`);
    else for (const one of value) check(one, path);
  }

  choice(value: unknown, path: FieldPath, choices: readonly string[]): void {
    if (value === undefined || choices.some((one) => one === value)) return;
    this.add(path, `${nameOf(path)} has another value`, `Write one of ${choices.join(', ')}.`);
  }

  count(value: unknown, path: FieldPath, most: number): void {
    const isCount = typeof value === 'number' && Number.isInteger(value);
    if (value === undefined || (isCount && value >= 1 && value <= most)) return;
    this.add(path, `${nameOf(path)} has to be a number from 1 to ${most}`);
  }
}

/** Names that users made up may be secrets that slipped; a path is for names that look like one. */
function shown(name: string): readonly string[] {
  return /^[A-Za-z][\w-]{0,40}$/.test(name) && !/secret/i.test(name) ? [name] : [];
}

function nameOf(path: FieldPath): string {
  return path.length === 0
    ? 'ansible'
    : `\`${path.filter((one) => typeof one === 'string').join('.')}\``;
}

function isInside(value: unknown): boolean {
  if (typeof value !== 'string' || value === '' || value.length > 1000) return false;
  const steps = value.split('/');
  return !(/[\0\\]/.test(value) || steps.some((step) => ['', '.', '..'].includes(step)));
}

const hostName = /^[A-Za-z0-9_][\w.-]{0,252}$/;

function checkHosts(hosts: unknown, found: Complaints): void {
  if (typeof hosts === 'string') {
    found.path(hosts, ['hosts']);
    return;
  }
  const object = found.object(hosts, ['hosts']);
  if (!object) return;
  const { input, ...rest } = object;
  if (typeof input === 'string' && Object.keys(rest).length === 0) return;
  for (const [name, value] of Object.entries(object)) {
    if (!hostName.test(name)) found.add(['hosts'], '`hosts` has a name that no host can have');
    if (value !== null) found.object(value, ['hosts', ...shown(name)]);
  }
}

function checkVariables(variables: unknown, found: Complaints): void {
  if (variables === undefined) return;
  const object = found.object(variables, ['variables']);
  for (const name of Object.keys(object ?? {})) {
    if (/^[A-Za-z_]\w{0,99}$/.test(name)) continue;
    found.add(['variables'], '`variables` has a name that no variable can have');
  }
}

function checkOutputs(outputs: unknown, found: Complaints): void {
  if (outputs === undefined) return;
  for (const [name, value] of Object.entries(found.object(outputs, ['outputs']) ?? {})) {
    const path = ['outputs', ...shown(name)];
    if (!/^[A-Za-z_]\w{0,99}$/.test(name))
      found.add(path, '`outputs` has a name that none can have');
    if (value === null) continue;
    const object = found.object(value, path, ['sensitive']);
    const sensitive = object?.['sensitive'];
    if (sensitive === undefined || typeof sensitive === 'boolean') continue;
    found.add([...path, 'sensitive'], '`sensitive` is `true` or `false`');
  }
}

function checkTags(tags: unknown, name: string, found: Complaints): void {
  found.list(tags, [name], (one, path) => {
    if (typeof one === 'string' && /^[A-Za-z0-9_][\w.:-]{0,99}$/.test(one)) return;
    found.add(path, `\`${name}\` has what is no tag`);
  });
}

function checkVault(vault: unknown, found: Complaints): void {
  if (vault === undefined) return;
  for (const [id, value] of Object.entries(found.object(vault, ['vault']) ?? {})) {
    if (!/^[A-Za-z0-9][\w.-]{0,63}$/.test(id)) found.add(['vault'], '`vault` has a bad vault id');
    if (inputOf(value) !== undefined) continue;
    found.add(
      ['vault', ...shown(id)],
      'a vault id has no input that holds its password',
      'Write `{ input: NAME }`. Passwords themselves never stand in Git.',
    );
  }
}

function checkSops(sops: unknown, found: Complaints): void {
  if (sops === undefined) return;
  const object = found.object(sops, ['sops'], ['key', 'files']);
  if (!object) return;
  if (inputOf(object['key']) === undefined) {
    found.add(['sops', 'key'], '`sops.key` names no input', 'Write `key: { input: NAME }`.');
  }
  found.list(object['files'], ['sops', 'files'], (one, path) => found.path(one, path));
}

function checkRequirements(requirements: unknown, found: Complaints): void {
  found.list(requirements, ['requirements'], (one, path) => {
    const object = found.object(one, path, ['file', 'sha256']);
    if (!object) return;
    if (object['file'] === undefined) found.add(path, 'a requirement names no `file`');
    found.path(object['file'], [...path, 'file']);
    const { sha256 } = object;
    if (typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)) return;
    found.add(
      [...path, 'sha256'],
      'a requirement is not locked by its hash',
      'Write `sha256:` with the 64 hexadecimal digits of the archive.',
    );
  });
}

function checkBatch(batch: unknown, found: Complaints): void {
  if (batch === undefined) return;
  const object = found.object(batch, ['batch'], ['serial', 'maxFailPercentage']);
  if (!object) return;
  const { serial, maxFailPercentage: share } = object;
  const isShare = typeof serial === 'string' && /^(?:100|[1-9]\d?)%$/.test(serial);
  if (!isShare) found.count(serial, ['batch', 'serial'], 100_000);
  const isPercent = typeof share === 'number' && share >= 0 && share <= 100;
  if (share === undefined || isPercent) return;
  found.add(['batch', 'maxFailPercentage'], '`batch.maxFailPercentage` is from 0 to 100');
}

function parseHosts(value: unknown): HostList | undefined {
  if (typeof value === 'string') return { kind: 'file', file: value };
  const input = inputOf(value);
  if (input !== undefined) return { kind: 'input', input };
  return isJsonObject(value) ? { kind: 'listed', hosts: value } : undefined;
}

/** `{ input: NAME }`, and nothing beside it. */
export function inputOf(value: unknown): string | undefined {
  if (!isJsonObject(value) || Object.keys(value).length !== 1) return undefined;
  return textOf(own(value, 'input'));
}

function parseVariable(value: Json): VariableSource {
  const input = inputOf(value);
  return input === undefined ? { value } : { input };
}

function parseCredentials(value: unknown): Credentials {
  const object = isJsonObject(value) ? value : {};
  const texts = credentialMembers.flatMap((name) => {
    const text = textOf(own(object, name));
    return text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(texts);
}

function parseBatch(value: unknown): Batch {
  const object = isJsonObject(value) ? value : {};
  const serial = own(object, 'serial');
  const share = own(object, 'maxFailPercentage');
  return {
    ...((typeof serial === 'number' || typeof serial === 'string') && { serial }),
    ...(typeof share === 'number' && { maxFailPercentage: share }),
  };
}

function parseSops(value: unknown): StackSettings['sops'] {
  const object = isJsonObject(value) ? value : {};
  const key = inputOf(own(object, 'key'));
  return key === undefined ? undefined : { key, files: textsOf(own(object, 'files')) };
}

function parseRequirement(value: Json): readonly Requirement[] {
  const object = isJsonObject(value) ? value : {};
  const file = textOf(own(object, 'file'));
  const sha256 = textOf(own(object, 'sha256'));
  return file === undefined || sha256 === undefined ? [] : [{ file, sha256 }];
}

/** Own members only: `__proto__` is an ordinary name in somebody's YAML. */
export function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function listOf(value: Json | undefined): readonly Json[] {
  return isJsonList(value) ? value : [];
}

function textsOf(value: Json | undefined): readonly string[] {
  return listOf(value).filter((one) => typeof one === 'string');
}

function entriesOf(value: Json | undefined): readonly (readonly [string, Json])[] {
  return isJsonObject(value) ? Object.entries(value) : [];
}
