/** Reads from Git what a run needs: the stack's folder, what it names besides, and the host list with its variables. */
import { hash } from 'node:crypto';
import { posix } from 'node:path';

import { adviseName, type Diagnostic, type FieldPath } from '@trueup/diagnostics';
import type { Files } from '@trueup/provider-sdk';
import type { StackSettings } from '../schema.ts';
import type { HostList } from '../settings/host-list.ts';

const mostBytes = 64 * 1024 * 1024;

export interface Collected {
  /** Base64 by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly diagnostics: readonly Diagnostic[];
}

export interface Collecting {
  /** The stack's folder. */
  readonly folder: string;
  readonly playbook: string;
  readonly settings: StackSettings;
  readonly hosts: HostList | undefined;
  readonly signal: AbortSignal;
}

export async function collectFiles(files: Files, wanted: Collecting): Promise<Collected> {
  const { folder, playbook, settings, hosts, signal } = wanted;
  const paths = new Set<string>();
  for (const one of [folder, ...settings.paths]) {
    for (const path of await files.list(one)) paths.add(path);
  }
  const missing: Diagnostic[] = settings.paths
    .filter((one) => ![...paths].some((path) => path.startsWith(`${one}/`)))
    .map((one) => complain(['paths'], `${one}: there is no such folder, or nothing in it`));
  for (const path of await besideHosts(files, hosts)) paths.add(path);
  const named = [
    ...(hosts?.kind === 'file' ? [hosts.file] : []),
    ...(settings.sops?.files ?? []),
    ...settings.requirements.map(({ file }) => file),
  ];
  for (const path of named) paths.add(path);
  const contents = await readAll(files, paths, signal);
  const found = Object.keys(contents.files);
  return {
    files: contents.files,
    diagnostics: [
      ...missing,
      ...contents.diagnostics,
      ...checkPlaybook(playbook, found),
      ...named.filter((path) => !found.includes(path)).map(complainOfFile),
      ...checkRequirements(settings, contents.files),
    ],
  };
}

/** Ansible reads variables of groups and hosts beside the host list. */
async function besideHosts(files: Files, hosts: HostList | undefined): Promise<readonly string[]> {
  if (hosts?.kind !== 'file') return [];
  const folder = posix.dirname(hosts.file);
  const within = (name: string): string => (folder === '.' ? name : `${folder}/${name}`);
  const lists = await Promise.all(
    ['group_vars', 'host_vars'].map((name) => files.list(within(name))),
  );
  return lists.flat();
}

async function readAll(
  files: Files,
  paths: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Collected> {
  const entries: (readonly [string, string])[] = [];
  let size = 0;
  for (const path of [...paths].sort()) {
    signal.throwIfAborted();
    const bytes = await files.read(path);
    if (!bytes) continue;
    size += bytes.length;
    if (size > mostBytes) {
      const summary = `the stack reads more than ${mostBytes / 1024 / 1024} MiB of files`;
      return { files: {}, diagnostics: [complain([], summary)] };
    }
    entries.push([path, Buffer.from(bytes).toString('base64')]);
  }
  return { files: Object.fromEntries(entries), diagnostics: [] };
}

function checkPlaybook(playbook: string, found: readonly string[]): readonly Diagnostic[] {
  if (found.includes(playbook)) return [];
  const folder = posix.dirname(playbook);
  const beside = found.filter((path) => posix.dirname(path) === folder && /\.ya?ml$/.test(path));
  const advice = adviseName(
    posix.basename(playbook),
    beside.map((path) => posix.basename(path)),
  );
  const said = complain(['playbook'], `${playbook}: there is no such playbook`);
  return [{ ...said, code: 'ANSIBLE_PLAYBOOK_MISSING', ...(advice !== undefined && { advice }) }];
}

function complainOfFile(path: string): Diagnostic {
  return { ...complain([], `${path}: there is no such file`), code: 'ANSIBLE_FILE_MISSING' };
}

/** Galaxy has no lock file, so that the hash stands in the stack. */
function checkRequirements(
  { requirements }: StackSettings,
  files: Collected['files'],
): readonly Diagnostic[] {
  return requirements.flatMap(({ file, sha256 }) => {
    const content = files[file];
    if (content === undefined) return [];
    const found = hash('sha256', Buffer.from(content, 'base64'));
    if (found === sha256) return [];
    const summary = `${file}: is not the archive that was locked: its sha256 is ${found}`;
    return [{ ...complain(['requirements'], summary), code: 'ANSIBLE_REQUIREMENT_CHANGED' }];
  });
}

export function complain(path: FieldPath, summary: string, advice?: string): Diagnostic {
  const said = { severity: 'error', code: 'ANSIBLE_STACK_INVALID', path, summary } as const;
  return { ...said, ...(advice !== undefined && { advice }) };
}
