/** What a stack may say to Helm. Nothing unparsed gets past. */
import {
  adviseName,
  type Diagnostic,
  isJsonList,
  isJsonObject,
  type Json,
} from '@trueup/diagnostics';
import { parseHostSecrets } from '@trueup/outbound/credentials';

export interface HelmSettings {
  /** Files of values, from the stack's folder; later ones win. */
  readonly values: readonly string[];
  /** As `--set` reads them: numbers, booleans, null and lists in braces are found out. */
  readonly set: readonly Assignment[];
  /** Values of any kind. */
  readonly setJson: readonly (readonly [path: string, value: Json])[];
  /** As they are. */
  readonly setString: readonly Assignment[];
  /** The content of files, from the stack's folder. */
  readonly setFile: readonly Assignment[];
  readonly releaseName: string | undefined;
  readonly namespace: string | undefined;
  readonly includeCrds: boolean;
  readonly skipTests: boolean;
  /** Besides those of the target. */
  readonly apiVersions: readonly string[];
  /** Hosts that dependencies may be fetched from: `charts.example.com`, `*.example.com`. */
  readonly allowHosts: readonly string[];
  /** Names of secrets by host, `ghcr.io` or with its port. None is sent to any other host. */
  readonly credentials: ReadonlyMap<string, string>;
  /** What becomes of a chart that renders differently each time. */
  readonly random: 'refuse' | 'allow';
}

/** A path into the values as Helm writes it, `image.tag`, and what is put there. */
export type Assignment = readonly [path: string, value: string];

interface Member {
  readonly isSound: (value: Json) => boolean;
  /** What it has to be, as an end of "is not". */
  readonly expected: string;
}

const hostPattern = /^(?:\*\.)?(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)*[a-z\d](?:[a-z\d-]*[a-z\d])?$/i;
// Helm's own rule; longer names do not fit into the labels that charts make of them.
const releasePattern = /^[a-z\d](?:[-a-z\d]*[a-z\d])?(?:\.[a-z\d](?:[-a-z\d]*[a-z\d])?)*$/;
const longestRelease = 53;

const members: Readonly<Record<string, Member>> = {
  values: listOf(isRelativePath, 'a list of files, from the folder of the stack'),
  set: mapOf(isScalar, 'an object of numbers, booleans and text'),
  setJson: mapOf(() => true, 'an object of any values'),
  setString: mapOf(isScalar, 'an object of text'),
  setFile: mapOf(isRelativePath, 'an object of files, from the folder of the stack'),
  releaseName: { isSound: isReleaseName, expected: 'a name of a release, of 53 letters at most' },
  namespace: { isSound: isReleaseName, expected: 'a name of a namespace' },
  includeCRDs: { isSound: isBoolean, expected: '`true` or `false`' },
  skipTests: { isSound: isBoolean, expected: '`true` or `false`' },
  apiVersions: listOf(isApiVersion, 'a list such as `[monitoring.coreos.com/v1]`'),
  allowHosts: listOf(isHost, 'a list of host names'),
  credentials: {
    isSound: (value) => parseHostSecrets(value) !== undefined,
    expected: 'an object such as `{ ghcr.io: { secret: NAME } }`',
  },
  random: {
    isSound: (value) => value === 'refuse' || value === 'allow',
    expected: '`refuse` or `allow`',
  },
};

/** All remarks at once; empty for settings that are absent. */
export function checkSettings(settings: unknown): readonly Diagnostic[] {
  if (settings === undefined || settings === null) return [];
  if (!isJsonObject(settings)) {
    return [remark([], 'the settings are no object', 'Write `helm: { values: [values.yaml] }`.')];
  }
  return Object.entries(settings).flatMap(([name, value]) => {
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    if (!member) {
      const advice = adviseName(name, Object.keys(members));
      return [remark([name], `\`${name}\` is no setting of a stack`, advice)];
    }
    return member.isSound(value) ? [] : [remark([name], `\`${name}\` is not ${member.expected}`)];
  });
}

/** Of what `checkSettings` has no remark on; anything else is left at its default. */
export function parseSettings(settings: unknown): HelmSettings {
  const given = isJsonObject(settings) ? settings : {};
  const sound = (name: string): Json | undefined => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    return value !== undefined && members[name]?.isSound(value) ? value : undefined;
  };
  const { releaseName, namespace } = {
    releaseName: sound('releaseName'),
    namespace: sound('namespace'),
  };
  return {
    values: texts(sound('values')),
    set: assignments(sound('set')),
    setJson: entriesOf(sound('setJson')),
    setString: assignments(sound('setString')),
    setFile: assignments(sound('setFile')),
    releaseName: typeof releaseName === 'string' ? releaseName : undefined,
    namespace: typeof namespace === 'string' ? namespace : undefined,
    includeCrds: sound('includeCRDs') !== false,
    skipTests: sound('skipTests') !== false,
    apiVersions: texts(sound('apiVersions')),
    allowHosts: texts(sound('allowHosts')),
    credentials: parseHostSecrets(sound('credentials')) ?? new Map(),
    random: sound('random') === 'allow' ? 'allow' : 'refuse',
  };
}

export function isReleaseName(value: Json): boolean {
  return typeof value === 'string' && value.length <= longestRelease && releasePattern.test(value);
}

function texts(value: Json | undefined): readonly string[] {
  return isJsonList(value) ? value.filter((item) => typeof item === 'string') : [];
}

function assignments(value: Json | undefined): readonly Assignment[] {
  return entriesOf(value).map(
    ([path, content]): Assignment => [
      path,
      content === null ? 'null' : String(isScalar(content) ? content : ''),
    ],
  );
}

function entriesOf(value: Json | undefined): readonly (readonly [string, Json])[] {
  return Object.entries(isJsonObject(value) ? value : {});
}

function listOf(isItem: (item: Json) => boolean, expected: string): Member {
  return { isSound: (value) => isJsonList(value) && value.every(isItem), expected };
}

function mapOf(isValue: (value: Json) => boolean, expected: string): Member {
  const isPath = (path: string): boolean => /^[^\s=,{}-][^=\n,{}]*$/.test(path);
  return {
    isSound: (value) =>
      isJsonObject(value) &&
      Object.keys(value).every(isPath) &&
      Object.values(value).every(isValue),
    expected,
  };
}

function isScalar(value: Json): value is null | string | number | bigint | boolean {
  return value === null || typeof value !== 'object';
}

function isBoolean(value: Json): boolean {
  return typeof value === 'boolean';
}

function isRelativePath(value: Json): boolean {
  return typeof value === 'string' && /^(?!\/|[a-z][a-z\d+.-]*:)[^\0]+$/i.test(value);
}

function isApiVersion(value: Json): boolean {
  return typeof value === 'string' && /^[\w.-]+(?:\/[\w.-]+){0,2}$/.test(value);
}

function isHost(value: Json): boolean {
  return typeof value === 'string' && hostPattern.test(value);
}

function remark(path: readonly string[], what: string, advice?: string): Diagnostic {
  return {
    severity: 'error',
    code: 'RENDER_HELM_SETTINGS',
    path,
    summary: `helm: ${what}`,
    ...(advice !== undefined && { advice }),
  };
}
