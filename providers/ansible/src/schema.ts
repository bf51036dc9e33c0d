/** What users write for this provider. Nothing unparsed gets past: settings may be anything. */
import {
  type Diagnostic,
  isJsonObject,
  type Json,
  readField,
  readList,
  readTexts,
} from '@trueup/diagnostics';

import { type Batch, checkBatch, parseBatch } from './settings/batch.ts';
import { SettingsComplaints, shown } from './settings/complaints.ts';
import { type Credentials, checkCredentials, parseCredentials } from './settings/credentials.ts';
import { checkHosts, type HostList, parseHosts } from './settings/host-list.ts';
import { entriesOf, inputOf, textOf } from './settings/read-members.ts';

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
  const found = new SettingsComplaints(targetCode);
  const object = found.object(settings, [], targetMembers);
  if (!object) return found.all;
  if (object['hosts'] !== undefined) checkHosts(object['hosts'], found);
  found.textOrSecret(object['knownHosts'], ['knownHosts']);
  for (const name of ['plan', 'apply']) checkCredentials(object[name], name, found);
  checkBatch(object['batch'], found);
  return found.all;
}

export function checkStackSettings(settings: unknown): readonly Diagnostic[] {
  if (settings === undefined || settings === null) return [];
  const found = new SettingsComplaints(stackCode);
  const object = found.object(settings, [], stackMembers);
  if (!object) return found.all;
  const { playbook, limit, hosts, paths } = object;
  found.path(playbook, ['playbook']);
  found.text(limit, ['limit']);
  // Such a one is a file of this machine's.
  if (typeof limit === 'string' && limit.includes('@')) {
    found.add(['limit'], '`limit` has to name hosts and groups, not files');
  }
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
    hosts: parseHosts(readField(object, 'hosts')),
    knownHosts: textOf(readField(object, 'knownHosts')) ?? '',
    plan: parseCredentials(readField(object, 'plan')),
    apply: parseCredentials(readField(object, 'apply') ?? readField(object, 'plan')),
    batch: parseBatch(readField(object, 'batch')),
  };
}

export function parseStackSettings(settings: unknown): StackSettings {
  const object = isJsonObject(settings) ? settings : {};
  const seconds = readField(object, 'timeoutSeconds');
  return {
    playbook: textOf(readField(object, 'playbook')) ?? 'site.yaml',
    hosts: parseHosts(readField(object, 'hosts')),
    limit: textOf(readField(object, 'limit')),
    variables: new Map(
      entriesOf(readField(object, 'variables')).map(([name, value]) => [
        name,
        parseVariable(value),
      ]),
    ),
    paths: readTexts(readField(object, 'paths')),
    vault: new Map(
      entriesOf(readField(object, 'vault')).flatMap(([id, value]) => {
        const input = inputOf(value);
        return input === undefined ? [] : [[id, input] as const];
      }),
    ),
    sops: parseSops(readField(object, 'sops')),
    requirements: readList(readField(object, 'requirements')).flatMap(parseRequirement),
    batch: parseBatch(readField(object, 'batch')),
    allowsEmptyPlays: readField(object, 'emptyPlays') === 'allow',
    leavesUnreachable: readField(object, 'unreachable') === 'leave',
    timeoutMs: (typeof seconds === 'number' ? seconds : 3600) * 1000,
    outputs: new Map(
      entriesOf(readField(object, 'outputs')).map(([name, value]) => [
        name,
        { sensitive: isJsonObject(value) && readField(value, 'sensitive') === true },
      ]),
    ),
    tags: readTexts(readField(object, 'tags')),
    skipTags: readTexts(readField(object, 'skipTags')),
  };
}

function checkVariables(variables: unknown, found: SettingsComplaints): void {
  if (variables === undefined) return;
  const object = found.object(variables, ['variables']);
  for (const name of Object.keys(object ?? {})) {
    if (/^[A-Za-z_]\w{0,99}$/.test(name)) continue;
    found.add(['variables'], '`variables` has a name that no variable can have');
  }
}

function checkOutputs(outputs: unknown, found: SettingsComplaints): void {
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

function checkTags(tags: unknown, name: string, found: SettingsComplaints): void {
  found.list(tags, [name], (one, path) => {
    if (typeof one === 'string' && /^[A-Za-z0-9_][\w.:-]{0,99}$/.test(one)) return;
    found.add(path, `\`${name}\` has what is no tag`);
  });
}

function checkVault(vault: unknown, found: SettingsComplaints): void {
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

function checkSops(sops: unknown, found: SettingsComplaints): void {
  if (sops === undefined) return;
  const object = found.object(sops, ['sops'], ['key', 'files']);
  if (!object) return;
  if (inputOf(object['key']) === undefined) {
    found.add(['sops', 'key'], '`sops.key` names no input', 'Write `key: { input: NAME }`.');
  }
  found.list(object['files'], ['sops', 'files'], (one, path) => found.path(one, path));
}

function checkRequirements(requirements: unknown, found: SettingsComplaints): void {
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

function parseVariable(value: Json): VariableSource {
  const input = inputOf(value);
  return input === undefined ? { value } : { input };
}

function parseSops(value: unknown): StackSettings['sops'] {
  const object = isJsonObject(value) ? value : {};
  const key = inputOf(readField(object, 'key'));
  return key === undefined ? undefined : { key, files: readTexts(readField(object, 'files')) };
}

function parseRequirement(value: Json): readonly Requirement[] {
  const object = isJsonObject(value) ? value : {};
  const file = textOf(readField(object, 'file'));
  const sha256 = textOf(readField(object, 'sha256'));
  return file === undefined || sha256 === undefined ? [] : [{ file, sha256 }];
}
