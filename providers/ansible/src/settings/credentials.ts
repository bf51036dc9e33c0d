import { isJsonObject, readField } from '@trueup/diagnostics';

import type { SettingsComplaints } from './complaints.ts';
import { textOf } from './read-members.ts';

/** Who logs in to hosts. Looking and changing may have different rights. */
export interface Credentials {
  readonly user?: string;
  /** As OpenSSH writes it. */
  readonly privateKey?: string;
  readonly becomePassword?: string;
}

const secretMembers = ['privateKey', 'becomePassword'];
const credentialMembers = ['user', ...secretMembers];

export function checkCredentials(given: unknown, name: string, found: SettingsComplaints): void {
  if (given === undefined) return;
  const credentials = found.object(given, [name], credentialMembers);
  found.text(credentials?.['user'], [name, 'user']);
  for (const member of secretMembers) found.textOrSecret(credentials?.[member], [name, member]);
}

export function parseCredentials(value: unknown): Credentials {
  const object = isJsonObject(value) ? value : {};
  const texts = credentialMembers.flatMap((name) => {
    const text = textOf(readField(object, name));
    return text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(texts);
}
