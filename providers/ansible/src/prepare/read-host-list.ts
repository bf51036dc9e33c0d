/** Where a stack's hosts come from, as the host list that Ansible gets. */
import { type Diagnostic, formatJson, type JsonObject } from '@trueup/diagnostics';

import type { HostList } from '../settings/host-list.ts';
import { complain } from './collect-files.ts';
import { Complaints, type HostEntry, readEntries } from './read-host-entries.ts';
import type { InputTaker } from './take-inputs.ts';

export interface ReadHosts {
  /** A file of the repository, or hosts with the variables of each. */
  readonly hosts: string | JsonObject;
  /** Names of hosts by group. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Another stack made the values: Ansible must not take them for templates. */
  readonly verbatim: boolean;
  /** Without a diagnostic: the stack says that this may be. */
  readonly isEmpty: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ReadHostsOptions {
  readonly allowsEmpty: boolean;
}

const nobody = { hosts: {}, groups: {}, verbatim: false, isEmpty: true, diagnostics: [] } as const;
const mostBytes = 4 * 1024 * 1024;

/** Whoever writes an output may be a service that names machines: what it says is data, never code. */
export function readHostList(
  list: HostList | undefined,
  inputs: InputTaker,
  { allowsEmpty }: ReadHostsOptions,
): ReadHosts {
  if (!list) {
    const advice = 'Write `hosts` at the target: a file, or names with addresses.';
    return refuse('neither the target nor the stack names hosts', advice);
  }
  if (list.kind === 'file') return { ...nobody, hosts: list.file, isEmpty: false };
  const verbatim = list.kind === 'input';
  const given = verbatim ? inputs.take(list.input, 'hosts') : list.hosts;
  // That it is not given is told by who takes it.
  if (given === undefined) return nobody;
  if (verbatim && inputs.isSensitive(list.input)) {
    // Names of hosts stand in every plan, where a secret must not.
    const said = complain(
      ['hosts'],
      `the host list takes the input \`${list.input}\`, which is sensitive`,
      'Give hosts by an output that is not sensitive, and secrets by inputs of their own.',
    );
    return { ...nobody, diagnostics: [{ ...said, code: 'ANSIBLE_HOSTS_INVALID' }] };
  }
  const complaints = new Complaints();
  if (formatJson(given).length > mostBytes) complaints.add('is larger than 4 MiB');
  else {
    const entries = readEntries(given, { verbatim, complaints });
    if (complaints.all.length === 0) return compose(entries, { verbatim, allowsEmpty });
  }
  return { ...nobody, diagnostics: complaints.all };
}

function compose(
  entries: readonly HostEntry[],
  { verbatim, allowsEmpty }: ReadHostsOptions & Pick<ReadHosts, 'verbatim'>,
): ReadHosts {
  if (entries.length === 0) {
    const advice = 'Write `emptyPlays: allow` at the stack if that may be.';
    return allowsEmpty ? nobody : refuse('the host list is empty', advice);
  }
  const groups = new Map<string, string[]>();
  for (const { name, groups: mine } of entries) {
    for (const group of mine) groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  const hosts = Object.fromEntries(entries.map(({ name, variables }) => [name, variables]));
  return { ...nobody, hosts, groups: Object.fromEntries(groups), verbatim, isEmpty: false };
}

function refuse(summary: string, advice?: string): ReadHosts {
  const said = { ...complain(['hosts'], summary, advice), code: 'ANSIBLE_NO_HOSTS' };
  return { ...nobody, diagnostics: [said] };
}
