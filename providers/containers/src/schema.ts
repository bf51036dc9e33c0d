/** What a target and a stack may say for this provider. */
import {
  adviseName,
  type Diagnostic,
  type FieldPath,
  isJsonList,
  isJsonObject,
  type Json,
  StalledError,
} from '@trueup/diagnostics';

import { type HostAddress, isThisMachine, parseHostAddress } from './client/parse-host-address.ts';

export interface HostSettings {
  readonly name: string;
  readonly address: HostAddress;
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
}

export interface TargetSettings {
  readonly hosts: readonly HostSettings[];
  /** What a secret holds for a registry, by its host. */
  readonly registries: ReadonlyMap<string, string>;
}

export interface StackSettings {
  /** Compose files below the stack's folder; found by their names if empty. */
  readonly files: readonly string[];
  readonly envFiles: readonly string[];
  readonly profiles: readonly string[];
  /** All of the target if empty. */
  readonly hosts: readonly string[];
  readonly project: string | undefined;
  readonly environment: ReadonlyMap<string, string>;
}

const code = 'CONTAINERS_SETTINGS';
const hostPattern = /^[a-z\d](?:[a-z\d.-]{0,62})$/i;
const projectPattern = /^[a-z\d][a-z\d_-]{0,62}$/;
const hostAdvice =
  'Write `hosts: { edge-1: unix:///var/run/docker.sock }`, or `{ address: tcp://edge-1:2376, tls: { ca, cert, key } }`.';

export function checkTargetSettings(settings: unknown): readonly Diagnostic[] {
  if (!isJsonObject(settings)) {
    return [complain([], 'the settings do not say which hosts there are', hostAdvice)];
  }
  const { hosts, registries } = settings;
  return [
    ...refuseUnknown(settings, ['hosts', 'registries'], []),
    ...checkHosts(hosts),
    ...checkRegistries(registries),
  ];
}

function checkHosts(hosts: Json | undefined): readonly Diagnostic[] {
  if (!isJsonObject(hosts) || Object.keys(hosts).length === 0) {
    return [complain(['hosts'], 'there has to be a host at least', hostAdvice)];
  }
  return Object.entries(hosts).flatMap(([name, host]) => {
    const path = ['hosts', name];
    if (!hostPattern.test(name)) return [complain(path, 'the name of a host is none', hostAdvice)];
    return checkHost(host, path);
  });
}

function checkHost(host: Json, path: FieldPath): readonly Diagnostic[] {
  const { address, tls, ...rest } = isJsonObject(host) ? host : { address: host };
  const parsed = typeof address === 'string' ? parseHostAddress(address) : undefined;
  const unknown = refuseUnknown(rest, [], path, ['address', 'tls']);
  if (!parsed) return [...unknown, complain(path, 'its address is none that we know', hostAdvice)];
  if (tls !== undefined && !isIdentity(tls)) {
    return [
      complain([...path, 'tls'], 'it needs `ca`, `cert` and `key`, each a secret', hostAdvice),
    ];
  }
  const isOpen = parsed.kind === 'tcp' && tls === undefined && !isThisMachine(parsed.host);
  return isOpen
    ? [
        ...unknown,
        complain(path, 'an engine of another machine is reached by TLS only', hostAdvice),
      ]
    : unknown;
}

function isIdentity(tls: Json): boolean {
  if (!isJsonObject(tls)) return false;
  return ['ca', 'cert', 'key'].every((name) => isText(tls[name])) && Object.keys(tls).length === 3;
}

/** A text, or the name of a secret that is not put in yet. */
function isText(value: Json | undefined): boolean {
  return typeof value === 'string' || (isJsonObject(value) && typeof value['secret'] === 'string');
}

function checkRegistries(registries: Json | undefined): readonly Diagnostic[] {
  if (registries === undefined) return [];
  const advice = 'Write `registries: { ghcr.io: { secret: NAME } }`.';
  if (!isJsonObject(registries)) return [complain(['registries'], 'it has to be a map', advice)];
  return Object.entries(registries).flatMap(([host, secret]) =>
    isText(secret) ? [] : [complain(['registries', host], 'it names no secret', advice)],
  );
}

/** @throws StalledError where `checkTargetSettings` has something to say. */
export function parseTargetSettings(settings: unknown): TargetSettings {
  const [first] = checkTargetSettings(settings);
  if (first || !isJsonObject(settings)) {
    throw new StalledError(code, first?.summary ?? 'containers: there are no settings');
  }
  const hosts = Object.entries(objectOf(settings['hosts']));
  const registries = Object.entries(objectOf(settings['registries']));
  return {
    hosts: hosts.flatMap(([name, host]) => parseHost(name, host)),
    registries: new Map(
      registries.flatMap(([host, secret]) => (typeof secret === 'string' ? [[host, secret]] : [])),
    ),
  };
}

function parseHost(name: string, host: Json): readonly HostSettings[] {
  const { address, tls } = isJsonObject(host) ? host : { address: host };
  const parsed = typeof address === 'string' ? parseHostAddress(address) : undefined;
  if (!parsed) return [];
  const { ca, cert, key } = objectOf(tls);
  if (typeof ca !== 'string' || typeof cert !== 'string' || typeof key !== 'string') {
    if (tls !== undefined) {
      throw new StalledError(code, `containers: ${name}: the secrets of its TLS are not there`);
    }
    return [{ name, address: parsed }];
  }
  return [{ name, address: parsed, tls: { ca, cert, key } }];
}

const stackMembers = ['files', 'envFiles', 'profiles', 'hosts', 'project', 'environment'];

export function checkStackSettings(settings: unknown): readonly Diagnostic[] {
  if (settings === undefined || settings === null) return [];
  if (!isJsonObject(settings)) return [complain([], 'the settings of a stack are a map')];
  const lists = ['files', 'envFiles', 'profiles', 'hosts'].filter(
    (name) => settings[name] !== undefined && !isTextList(settings[name]),
  );
  const { project, environment } = settings;
  const isProject =
    project === undefined || (typeof project === 'string' && projectPattern.test(project));
  return [
    ...refuseUnknown(settings, stackMembers, []),
    ...lists.map((name) => complain([name], `\`${name}\` has to be a list of texts`)),
    ...(isProject
      ? []
      : [complain(['project'], 'a project is named by small letters, digits, `-` and `_`')]),
    ...(environment === undefined || isTextMap(environment)
      ? []
      : [complain(['environment'], '`environment` has to be a map of texts')]),
  ];
}

/** Of settings that `checkStackSettings` has passed; anything else reads as absent. */
export function parseStackSettings(settings: unknown): StackSettings {
  const own = objectOf(settings);
  const { project } = own;
  return {
    files: textsOf(own['files']),
    envFiles: textsOf(own['envFiles']),
    profiles: textsOf(own['profiles']),
    hosts: textsOf(own['hosts']),
    project: typeof project === 'string' ? project : undefined,
    environment: new Map(
      Object.entries(objectOf(own['environment'])).map(([name, value]) => [name, String(value)]),
    ),
  };
}

export function objectOf(value: unknown): Readonly<Record<string, Json>> {
  return isJsonObject(value) ? value : {};
}

export function textsOf(value: Json | undefined): readonly string[] {
  return isJsonList(value) ? value.filter((one) => typeof one === 'string') : [];
}

export function textAt(value: unknown, name: string): string | undefined {
  const member = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return typeof member === 'string' ? member : undefined;
}

function isTextList(value: Json | undefined): boolean {
  return isJsonList(value) && value.every((one) => typeof one === 'string');
}

function isTextMap(value: Json): boolean {
  const scalars = ['string', 'number', 'boolean'];
  return isJsonObject(value) && Object.values(value).every((one) => scalars.includes(typeof one));
}

function complain(path: FieldPath, what: string, advice?: string): Diagnostic {
  const summary = `containers: ${what}`;
  return { severity: 'error', code, path, summary, ...(advice !== undefined && { advice }) };
}

function refuseUnknown(
  settings: Readonly<Record<string, Json>>,
  known: readonly string[],
  path: FieldPath,
  advised: readonly string[] = known,
): readonly Diagnostic[] {
  return Object.keys(settings)
    .filter((name) => !known.includes(name))
    .map((name) =>
      complain([...path, name], 'there is no such setting', adviseName(name, advised)),
    );
}
