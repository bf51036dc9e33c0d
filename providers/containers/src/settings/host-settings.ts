/** Which hosts a target has, and how each is reached. */
import {
  type Diagnostic,
  type FieldPath,
  isJsonObject,
  type Json,
  type JsonObject,
  StalledError,
} from '@trueup/diagnostics';
import { namesSecret } from '@trueup/provider-sdk';

import { type HostAddress, isThisMachine, parseHostAddress } from '../client/parse-host-address.ts';
import type { SshIdentity } from '../client/ssh-config.ts';
import { settingsCode, settingsComplaints } from './settings-complaints.ts';

const { complain, refuseUnknown } = settingsComplaints;

export interface HostSettings {
  readonly name: string;
  readonly address: HostAddress;
  /** Of addresses by TLS. */
  readonly tls?: TlsSettings;
  /** Of addresses by ssh, always there. */
  readonly ssh?: SshIdentity;
}

/** Texts in PEM form. */
export interface TlsSettings {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** The name that its certificate has to bear. That of the address if absent. */
  readonly serverName?: string;
}

const hostMembers = ['address', 'tls', 'ssh'];
const hostPattern = /^[a-z\d](?:[a-z\d.-]{0,62})$/i;
const namePattern = /^[a-z\d](?:[a-z\d.-]{0,252})$/i;
const hostAdvice =
  'Write `hosts: { edge-1: unix:///var/run/docker.sock }`, `ssh://user@edge-1`, or `{ address: tcp://edge-1:2376, tls: { ca, cert, key } }`.';
const sshAdvice =
  'Write `ssh: { privateKey: { secret: NAME }, knownHosts: { secret: NAME } }` at the target, or at the host.';

/** `ssh` is the target's, for all hosts that have none of their own. */
export function checkHosts(hosts: Json | undefined, ssh: Json | undefined): readonly Diagnostic[] {
  if (!isJsonObject(hosts) || Object.keys(hosts).length === 0) {
    return [complain(['hosts'], 'there has to be a host at least', hostAdvice)];
  }
  return Object.entries(hosts).flatMap(([name, host]) => {
    const path = ['hosts', name];
    if (!hostPattern.test(name)) return [complain(path, 'the name of a host is none', hostAdvice)];
    return checkHost(host, ssh, path);
  });
}

export function checkSsh(ssh: Json | undefined, path: FieldPath): readonly Diagnostic[] {
  if (ssh === undefined || hasSecrets(ssh, ['privateKey', 'knownHosts'])) return [];
  const needs = 'it needs `privateKey` and `knownHosts`, each a secret, and nothing else';
  return [complain([...path, 'ssh'], needs, sshAdvice)];
}

function checkHost(
  host: Json,
  targetSsh: Json | undefined,
  path: FieldPath,
): readonly Diagnostic[] {
  const settings: JsonObject = isJsonObject(host) ? host : { address: host };
  const { address, tls, ssh } = settings;
  const parsed = typeof address === 'string' ? parseHostAddress(address) : undefined;
  const unknown = refuseUnknown(settings, hostMembers, 'no setting of a host', path);
  if (!parsed) return [...unknown, complain(path, 'its address is none that we know', hostAdvice)];
  return [
    ...unknown,
    ...checkTls(parsed, tls, path),
    ...checkSsh(ssh, path),
    ...(parsed.kind === 'ssh' && (ssh ?? targetSsh) === undefined
      ? [complain(path, 'an engine by ssh needs a key and known hosts', sshAdvice)]
      : []),
    ...(parsed.kind !== 'ssh' && ssh !== undefined
      ? [complain([...path, 'ssh'], '`ssh` is for addresses of `ssh://`', hostAdvice)]
      : []),
  ];
}

function checkTls(
  address: HostAddress,
  tls: Json | undefined,
  path: FieldPath,
): readonly Diagnostic[] {
  if (address.kind !== 'tcp') {
    const about = '`tls` is for addresses of `tcp://`';
    return tls === undefined ? [] : [complain([...path, 'tls'], about, hostAdvice)];
  }
  if (tls === undefined) {
    const about = 'an engine of another machine is reached by TLS or ssh only';
    return isThisMachine(address.host) ? [] : [complain(path, about, hostAdvice)];
  }
  const { serverName, ...rest } = isJsonObject(tls) ? tls : {};
  const isNamed = serverName === undefined || isName(serverName);
  if (isNamed && hasSecrets(rest, ['ca', 'cert', 'key'])) return [];
  const needs = 'it needs `ca`, `cert` and `key`, each a secret; `serverName` may be a name';
  return [complain([...path, 'tls'], needs, hostAdvice)];
}

function isName(value: Json): boolean {
  return typeof value === 'string' && namePattern.test(value);
}

/** Exactly these members, each a text, or the name of a secret that is not put in yet. */
function hasSecrets(value: Json, names: readonly string[]): boolean {
  if (!isJsonObject(value) || Object.keys(value).length !== names.length) return false;
  return names.every((name) => isSecret(value[name]));
}

/** A text, or the name of a secret that is not put in yet. */
export function isSecret(value: Json | undefined): boolean {
  return typeof value === 'string' || namesSecret(value);
}

/** Of settings that `checkHosts` has passed. Throws a `StalledError` where secrets are not there. */
export function parseHosts(
  hosts: Json | undefined,
  targetSsh: Json | undefined,
): readonly HostSettings[] {
  const entries = isJsonObject(hosts) ? Object.entries(hosts) : [];
  return entries.flatMap(([name, host]): readonly HostSettings[] => {
    const { address, tls, ssh = targetSsh } = isJsonObject(host) ? host : { address: host };
    const parsed = typeof address === 'string' ? parseHostAddress(address) : undefined;
    if (!parsed) return [];
    if (parsed.kind === 'ssh') return [{ name, address: parsed, ssh: parseSsh(name, ssh) }];
    if (tls === undefined) return [{ name, address: parsed }];
    return [{ name, address: parsed, tls: parseTls(name, tls) }];
  });
}

function parseSsh(name: string, ssh: Json | undefined): SshIdentity {
  const { privateKey, knownHosts } = textsOf(ssh);
  if (privateKey === undefined || knownHosts === undefined) throw missingSecrets(name, 'ssh');
  return { privateKey, knownHosts };
}

function parseTls(name: string, tls: Json): TlsSettings {
  const { ca, cert, key, serverName } = textsOf(tls);
  if (ca === undefined || cert === undefined || key === undefined) {
    throw missingSecrets(name, 'TLS');
  }
  return { ca, cert, key, ...(serverName !== undefined && { serverName }) };
}

function textsOf(value: Json | undefined): Readonly<Record<string, string | undefined>> {
  const own: JsonObject = isJsonObject(value) ? value : {};
  return Object.fromEntries(
    Object.entries(own).flatMap(([name, one]) => (typeof one === 'string' ? [[name, one]] : [])),
  );
}

function missingSecrets(name: string, what: string): StalledError {
  const message = `containers: ${name}: the secrets of its ${what} are not there`;
  return new StalledError(settingsCode, message);
}
