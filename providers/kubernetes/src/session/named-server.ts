/** A cluster that is reached by single values, as whoever makes it tells them: address, authority, credentials. */
import { isJsonObject, type Json, readText } from '@trueup/diagnostics';

/** Members of a target's settings. All but the first are left out where they are not needed. */
export const serverMembers = [
  'server',
  'certificateAuthority',
  'token',
  'clientCertificate',
  'clientKey',
] as const;

/** Members that are neither a text nor stand for one: a secret, an output of another stack. */
export function findStrangeMembers(
  settings: Readonly<Record<string, Json>>,
  members: readonly string[],
): readonly string[] {
  return members.filter((name) => {
    const value = settings[name];
    return value !== undefined && !isText(value) && !standsForText(value);
  });
}

/** `{ secret: NAME }` or `{ output: STACK.OUTPUT }`: there is no value yet. */
export function standsForText(value: Json): boolean {
  if (!isJsonObject(value) || Object.keys(value).length !== 1) return false;
  return isText(value['secret']) || isText(value['output']);
}

function isText(value: Json | undefined): boolean {
  return typeof value === 'string' && value !== '';
}

/** A kubeconfig of these values, which names no files and runs no programs. */
export function toKubeconfig(settings: unknown): string {
  const authority = readText(settings, 'certificateAuthority');
  const certificate = readText(settings, 'clientCertificate');
  const key = readText(settings, 'clientKey');
  const token = readText(settings, 'token');
  const name = 'target';
  const cluster = {
    server: readText(settings, 'server'),
    ...(authority && { 'certificate-authority-data': toData(authority) }),
  };
  const user = {
    ...(token && { token }),
    ...(certificate && { 'client-certificate-data': toData(certificate) }),
    ...(key && { 'client-key-data': toData(key) }),
  };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}

/** Some tell PEM, others what a kubeconfig holds. */
function toData(text: string): string {
  return text.trimStart().startsWith('-----BEGIN ') ? Buffer.from(text).toString('base64') : text;
}
