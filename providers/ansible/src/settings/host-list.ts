import { isJsonObject, type JsonObject } from '@trueup/diagnostics';

import { type SettingsComplaints, shown } from './complaints.ts';
import { inputOf } from './read-members.ts';

/**
 * - `file`: Ansible's own format, from the repository's root; static files only.
 * - `listed`: names with what is to be known about each.
 * - `input`: an output of another stack: a list of names, or an object as in `listed`.
 */
export type HostList =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'listed'; readonly hosts: JsonObject }
  | { readonly kind: 'input'; readonly input: string };

const hostName = /^[A-Za-z0-9_][\w.-]{0,252}$/;

export function checkHosts(hosts: unknown, found: SettingsComplaints): void {
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

export function parseHosts(value: unknown): HostList | undefined {
  if (typeof value === 'string') return { kind: 'file', file: value };
  const input = inputOf(value);
  if (input !== undefined) return { kind: 'input', input };
  return isJsonObject(value) ? { kind: 'listed', hosts: value } : undefined;
}
