/** Reads out of what ssh says which failure it is. Its words are not kept: a server may have sent them. */
import type { EngineGoneError } from '../containers-client.ts';

export interface SshFailure {
  readonly kind: EngineGoneError['kind'];
  readonly code: string;
}

/** `undefined` when it says nothing that we know. */
export function explainSsh(said: string): SshFailure | undefined {
  const found = rules.find(([pattern]) => pattern.test(said));
  return found && { kind: found[1], code: found[2] };
}

/** The first one counts: a refusal of a key follows after why it could not be read. */
const rules: readonly (readonly [RegExp, SshFailure['kind'], string])[] = [
  [/REMOTE HOST IDENTIFICATION HAS CHANGED/, 'untrusted', 'SSH_HOST_KEY_CHANGED'],
  [/host key is known for|Host key verification failed/, 'untrusted', 'SSH_HOST_KEY_UNKNOWN'],
  [/Load key|passphrase/, 'refused', 'SSH_KEY_UNREADABLE'],
  [/Permission denied|Too many authentication failures/, 'refused', 'SSH_KEY_REFUSED'],
  [/administratively prohibited/, 'refused', 'SSH_FORWARDING_REFUSED'],
  [/open failed: connect failed/, 'unreached', 'SSH_NO_ENGINE'],
  [/Could not resolve hostname/, 'unreached', 'SSH_NAME_UNKNOWN'],
  [/Connection refused/, 'unreached', 'SSH_CONNECTION_REFUSED'],
  [/timed out|Timeout, server/, 'unreached', 'SSH_TIMED_OUT'],
  [/No route to host|Network is unreachable/, 'unreached', 'SSH_NO_ROUTE'],
  [/Connection (?:closed|reset)|Broken pipe/, 'unreached', 'SSH_CONNECTION_CLOSED'],
  [/Bad configuration option/, 'refused', 'SSH_TOO_OLD'],
];
