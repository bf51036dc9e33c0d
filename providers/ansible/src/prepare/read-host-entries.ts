/** Reads hosts one by one: nothing that ssh or Ansible would take for an option, a pattern or a program gets past. */
import {
  type Diagnostic,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  readField,
} from '@trueup/diagnostics';

import { complain } from './collect-files.ts';

export interface HostEntry {
  readonly name: string;
  readonly groups: readonly string[];
  /** As Ansible calls them. */
  readonly variables: JsonObject;
}

export interface Reading {
  /** Another stack made the values. */
  readonly verbatim: boolean;
  readonly complaints: Complaints;
}

const mostHosts = 10_000;
const mostGroups = 100;
const mostComplaints = 20;

/** What is wrong with a host list. Values are not repeated: nobody has looked at them yet. */
export class Complaints {
  readonly all: Diagnostic[] = [];

  add(what: string, advice?: string): void {
    if (this.all.length >= mostComplaints) return;
    const said = complain(['hosts'], `the host list ${what}`, advice);
    this.all.push({ ...said, code: 'ANSIBLE_HOSTS_INVALID' });
  }
}

export function readEntries(given: Json, reading: Reading): readonly HostEntry[] {
  const { complaints } = reading;
  const listed = listEntries(given, complaints);
  if (listed.length > mostHosts) {
    complaints.add(`has ${listed.length} hosts; ${mostHosts} are allowed`);
    return [];
  }
  const names = new Set<string>();
  const entries = listed.flatMap(([name, value]) => {
    if (typeof name !== 'string' || !hostName.test(name) || reserved.has(name)) {
      complaints.add('has a name that no host can have');
      return [];
    }
    if (names.has(name)) complaints.add(`has ${name} twice`);
    names.add(name);
    return [readEntry(name, value, reading)];
  });
  const groups = new Set(entries.flatMap((entry) => entry.groups));
  for (const name of names) {
    if (groups.has(name)) complaints.add(`has ${name} as a host and as a group`);
  }
  return entries;
}

type Listed = readonly [name: Json | undefined, value: Json];

function listEntries(given: Json, complaints: Complaints): readonly Listed[] {
  if (isJsonObject(given)) return Object.entries(given);
  if (!isJsonList(given)) {
    complaints.add('is neither a list nor an object of hosts', forms);
    return [];
  }
  return given.map((one): Listed => {
    if (!isJsonObject(one)) return [one, {}];
    const { name, ...rest } = one;
    return [name, rest];
  });
}

const forms =
  'Give `[name, …]`, `[{ name: …, address: … }, …]` or `{ name: { address: … } }`; besides `address` there are `port`, `user`, `groups` and `vars`.';

const hostName = /^[A-Za-z0-9_][\w.-]{0,252}$/;
const groupName = /^[A-Za-z_]\w{0,99}$/;
const reserved: ReadonlySet<string> = new Set(['all', 'ungrouped', '__proto__']);
const variableName = /^[A-Za-z_]\w{0,99}$/;

/** A text alone is the address. */
function readEntry(name: string, value: Json, reading: Reading): HostEntry {
  const known = typeof value === 'string' ? { address: value } : (value ?? {});
  if (!isJsonObject(known)) {
    reading.complaints.add(`has ${name} with what is no object`, forms);
    return { name, groups: [], variables: {} };
  }
  const { groups = [], vars = {}, ...rest } = known;
  if (!isJsonObject(vars)) reading.complaints.add(`has ${name} with \`vars\` that are no object`);
  const given = { ...(isJsonObject(vars) ? vars : {}), ...rest };
  return {
    name,
    groups: readGroups(name, groups, reading),
    variables: readVariables(name, given, reading),
  };
}

function readGroups(name: string, groups: Json, { complaints }: Reading): readonly string[] {
  const names = isJsonList(groups) ? groups.filter((one) => typeof one === 'string') : [];
  const good = names.filter((one) => groupName.test(one) && !reserved.has(one));
  const isWhole = isJsonList(groups) && good.length === groups.length;
  if (!isWhole || good.length > mostGroups) {
    complaints.add(`has ${name} in groups that cannot be`, 'Write `groups: [web, europe]`.');
  }
  return [...new Set(good)];
}

/** `address`, `port` and `user` are what people write; whatever else is a variable of the host. */
const knownNames: ReadonlyMap<string, string> = new Map([
  ['address', 'ansible_host'],
  ['port', 'ansible_port'],
  ['user', 'ansible_user'],
  ['connection', 'ansible_connection'],
]);

/** The user that a run is isolated as has no home. */
const thisMachine: JsonObject = { ansible_remote_tmp: "{{ lookup('env', 'TMPDIR') }}/remote" };

function readVariables(name: string, given: JsonObject, reading: Reading): JsonObject {
  const { verbatim, complaints } = reading;
  const variables = Object.fromEntries(
    Object.entries(given).map(([member, value]) => [knownNames.get(member) ?? member, value]),
  );
  const faults = [...badValues(variables, verbatim), ...(verbatim ? badNames(given) : [])];
  for (const what of faults) complaints.add(`has ${name} with ${what}`);
  const isHere = readField(variables, 'ansible_connection') === 'local';
  return isHere ? { ...thisMachine, ...variables } : variables;
}

function badValues(variables: JsonObject, verbatim: boolean): readonly string[] {
  return [...knownNames].flatMap(([member, variable]) => {
    const value = readField(variables, variable);
    if (value === undefined || (checks.get(member)?.(value) ?? true)) return [];
    // A list in Git may hold templates, whose values come from Git as well.
    const isTemplate = !verbatim && typeof value === 'string' && value.includes('{{');
    return isTemplate ? [] : [`a bad \`${member}\``];
  });
}

/** Variables of Ansible's readField name programs, options and keys of this machine: outputs may not set them. */
function badNames(given: JsonObject): readonly string[] {
  return Object.keys(given).flatMap((member) => {
    if (!variableName.test(member)) return ['a name that no variable can have'];
    return /^ansible_|^connection$/.test(member)
      ? [`\`${member}\`, which an output may not set`]
      : [];
  });
}

/** What ssh gets on its command line: none of it begins with a sign that makes it an option. */
const checks: ReadonlyMap<string, (value: Json) => boolean> = new Map([
  ['address', (value) => isText(value, /^(?:[A-Za-z0-9_:]|\[)[\w.:%\]-]{0,252}$/)],
  ['user', (value) => isText(value, /^[A-Za-z0-9_][\w.@+\\-]{0,99}\$?$/)],
  ['port', isPort],
]);

function isText(value: Json, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function isPort(value: Json): boolean {
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  return typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535;
}
