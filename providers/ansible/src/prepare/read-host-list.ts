import {
  type Diagnostic,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
} from '@trueup/diagnostics';

import type { HostList } from '../schema.ts';
import { complain } from './collect-files.ts';
import type { InputTaker } from './take-inputs.ts';

export interface ReadHosts {
  /** A file of the repository, or hosts with what is known about each. */
  readonly hosts: string | JsonObject;
  readonly diagnostics: readonly Diagnostic[];
}

const hostName = /^[A-Za-z0-9_][\w.-]{0,252}$/;

/** `address`, `port` and `user` are what people write; whatever else is a variable of the host. */
const knownNames: ReadonlyMap<string, string> = new Map([
  ['address', 'ansible_host'],
  ['port', 'ansible_port'],
  ['user', 'ansible_user'],
  ['connection', 'ansible_connection'],
]);

export function readHostList(list: HostList | undefined, inputs: InputTaker): ReadHosts {
  if (!list) {
    const advice = 'Write `hosts` at the target: a file, or names with addresses.';
    return refuse('neither the target nor the stack names hosts', advice);
  }
  if (list.kind === 'file') return { hosts: list.file, diagnostics: [] };
  const given = list.kind === 'listed' ? list.hosts : inputs.take(list.input, 'hosts');
  // That it is not given is told by who takes it.
  if (given === undefined) return { hosts: {}, diagnostics: [] };
  const hosts = toHosts(given);
  if (!hosts) {
    return refuse(
      'the host list is neither names nor an object of hosts',
      'Give `[name, …]` or `{ name: { address: … } }`.',
    );
  }
  const bad = Object.keys(hosts).filter((name) => !hostName.test(name));
  if (bad.length > 0) return refuse('the host list has a name that no host can have');
  if (Object.keys(hosts).length === 0) return refuse('the host list is empty');
  return { hosts, diagnostics: [] };
}

function refuse(summary: string, advice?: string): ReadHosts {
  return {
    hosts: {},
    diagnostics: [{ ...complain(['hosts'], summary, advice), code: 'ANSIBLE_NO_HOSTS' }],
  };
}

function toHosts(given: Json): JsonObject | undefined {
  if (isJsonList(given)) {
    const names = given.filter((one) => typeof one === 'string');
    return names.length === given.length
      ? Object.fromEntries(names.map((name) => [name, {}]))
      : undefined;
  }
  if (!isJsonObject(given)) return undefined;
  const entries = Object.entries(given).map(([name, value]) => [name, toVariables(value)] as const);
  return Object.fromEntries(entries);
}

/** The user that a run is isolated as has no home. */
const thisMachine: JsonObject = { ansible_remote_tmp: "{{ lookup('env', 'TMPDIR') }}/remote" };

/** A text alone is the address. */
function toVariables(value: Json): JsonObject {
  if (typeof value === 'string') return { ansible_host: value };
  if (!isJsonObject(value)) return {};
  const variables = Object.fromEntries(
    Object.entries(value).map(([name, one]) => [knownNames.get(name) ?? name, one]),
  );
  return variables['ansible_connection'] === 'local' ? { ...thisMachine, ...variables } : variables;
}
