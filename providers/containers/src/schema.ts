/** What a target and a stack may say for this provider. */
import {
  type Diagnostic,
  isJsonList,
  isJsonObject,
  type Json,
  readObject,
  readTexts,
  StalledError,
} from '@trueup/diagnostics';

import {
  checkHosts,
  checkSsh,
  type HostSettings,
  isSecret,
  parseHosts,
} from './settings/host-settings.ts';
import { settingsCode, settingsComplaints } from './settings/settings-complaints.ts';

const { complain, refuseUnknown } = settingsComplaints;

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

const projectPattern = /^[a-z\d][a-z\d_-]{0,62}$/;
export function checkTargetSettings(settings: unknown): readonly Diagnostic[] {
  if (!isJsonObject(settings)) {
    const advice = 'Write `hosts: { edge-1: unix:///var/run/docker.sock }`.';
    return [complain([], 'the settings do not say which hosts there are', advice)];
  }
  const { hosts, ssh, registries } = settings;
  return [
    ...refuseUnknown(settings, ['hosts', 'ssh', 'registries'], 'no setting of a target'),
    ...checkSsh(ssh, []),
    ...checkHosts(hosts, ssh),
    ...checkRegistries(registries),
  ];
}

function checkRegistries(registries: Json | undefined): readonly Diagnostic[] {
  if (registries === undefined) return [];
  const advice = 'Write `registries: { ghcr.io: { secret: NAME } }`.';
  if (!isJsonObject(registries)) return [complain(['registries'], 'it has to be a map', advice)];
  return Object.entries(registries).flatMap(([host, secret]) =>
    isSecret(secret) ? [] : [complain(['registries', host], 'it names no secret', advice)],
  );
}

/** @throws StalledError where `checkTargetSettings` has something to say. */
export function parseTargetSettings(settings: unknown): TargetSettings {
  const [first] = checkTargetSettings(settings);
  if (first || !isJsonObject(settings)) {
    throw new StalledError(settingsCode, first?.summary ?? 'containers: there are no settings');
  }
  const registries = Object.entries(readObject(settings['registries']));
  return {
    hosts: parseHosts(settings['hosts'], settings['ssh']),
    registries: new Map(
      registries.flatMap(([host, secret]) => (typeof secret === 'string' ? [[host, secret]] : [])),
    ),
  };
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
    ...refuseUnknown(settings, stackMembers, 'no setting of a stack'),
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
  const own = readObject(settings);
  const { project } = own;
  return {
    files: readTexts(own['files']),
    envFiles: readTexts(own['envFiles']),
    profiles: readTexts(own['profiles']),
    hosts: readTexts(own['hosts']),
    project: typeof project === 'string' ? project : undefined,
    environment: new Map(
      Object.entries(readObject(own['environment'])).map(([name, value]) => [name, String(value)]),
    ),
  };
}

function isTextList(value: Json | undefined): boolean {
  return isJsonList(value) && value.every((one) => typeof one === 'string');
}

function isTextMap(value: Json): boolean {
  const scalars = ['string', 'number', 'boolean'];
  return isJsonObject(value) && Object.values(value).every((one) => scalars.includes(typeof one));
}
