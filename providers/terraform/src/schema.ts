/** Settings of targets and stacks, and the members of foreign answers that are looked at. */
import {
  type Diagnostic,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  readObject,
  readText,
  readTexts,
  StalledError,
} from '@trueup/diagnostics';
import { createSettingsComplaints, namesSecret, quoteName } from '@trueup/provider-sdk';

export type ToolName = 'tofu' | 'terraform';

/** A backend, as its own block is written. */
export interface StateSettings {
  readonly backend: string;
  /** Texts may hold `{stack}`, which stands for the stack's mark. */
  readonly settings: JsonObject;
}

export interface TargetSettings {
  /** The first one that is there if absent: tofu, then terraform. */
  readonly tool: ToolName | undefined;
  /** The beginning of the version that is asked for: `1.12`. */
  readonly version: string | undefined;
  readonly state: StateSettings | undefined;
  /** One of several states that lie in one place. The default one if absent. */
  readonly workspace: string | undefined;
  readonly planEnvironment: Readonly<Record<string, string>>;
  readonly applyEnvironment: Readonly<Record<string, string>>;
  /** Ports of this machine's loopback that the tool may reach. */
  readonly loopback: readonly number[];
  /** Values that were secrets: no text shows them. */
  readonly secrets: readonly string[];
}

export interface StackSettings {
  readonly variables: JsonObject;
  /** Paths below the stack's folder. */
  readonly variableFiles: readonly string[];
  /** Files and folders from the repository's root that its expressions read besides. */
  readonly reads: readonly string[];
  readonly state: StateSettings | undefined;
  /** In the place of the target's. */
  readonly workspace: string | undefined;
  /** `address.attribute`, `*` for any text: what others may change without being told of. */
  readonly ignoreDrift: readonly string[];
  readonly lockTimeoutSeconds: number;
}

export const settingsCode = 'TERRAFORM_SETTINGS';
const { complain, refuseUnknown } = createSettingsComplaints('terraform', settingsCode);

const targetMembers = [
  'tool',
  'version',
  'state',
  'workspace',
  'environment',
  'planEnvironment',
  'applyEnvironment',
  'loopback',
];
const stackMembers = [
  'variables',
  'variableFiles',
  'reads',
  'state',
  'workspace',
  'ignoreDrift',
  'lockTimeoutSeconds',
];

const environments = ['environment', 'planEnvironment', 'applyEnvironment'] as const;

export function checkTargetSettings(settings: unknown): readonly Diagnostic[] {
  if (settings === undefined || settings === null) return [];
  if (!isJsonObject(settings)) return [complain([], 'the settings are no object')];
  const { tool, version, state, workspace, loopback } = settings;
  const isTool = tool === undefined || tool === 'tofu' || tool === 'terraform';
  const isVersion = version === undefined || isVersionStart(version);
  return [
    ...refuseUnknown(settings, targetMembers, 'no setting of a target'),
    ...(isTool ? [] : [complain(['tool'], '`tool` is neither `tofu` nor `terraform`')]),
    ...(isVersion ? [] : [complain(['version'], '`version` is no text like "1.12"')]),
    ...checkState(state),
    ...checkWorkspace(workspace),
    ...(loopback === undefined || isPorts(loopback)
      ? []
      : [complain(['loopback'], '`loopback` is no list of ports')]),
    ...environments.flatMap((name) => checkEnvironment(name, settings[name])),
  ];
}

export function checkStackSettings(settings: unknown): readonly Diagnostic[] {
  if (settings === undefined || settings === null) return [];
  if (!isJsonObject(settings)) return [complain([], 'the settings are no object')];
  const { variables, lockTimeoutSeconds: timeout, state, workspace } = settings;
  const isTimeout =
    timeout === undefined ||
    (Number.isInteger(timeout) && Number(timeout) >= 0 && Number(timeout) <= 3600);
  return [
    ...refuseUnknown(settings, stackMembers, 'no setting of a stack'),
    ...(variables === undefined || isJsonObject(variables)
      ? []
      : [complain(['variables'], '`variables` is no object of values by name')]),
    ...['variableFiles', 'reads', 'ignoreDrift'].flatMap((name) =>
      checkTexts(name, settings[name]),
    ),
    ...checkState(state),
    ...checkWorkspace(workspace),
    ...(isTimeout
      ? []
      : [complain(['lockTimeoutSeconds'], '`lockTimeoutSeconds` is no number from 0 to 3600')]),
  ];
}

/** @throws StalledError `TERRAFORM_SETTINGS` where `checkTargetSettings` has something to say. */
export function parseTargetSettings(settings: unknown): TargetSettings {
  const [first] = checkTargetSettings(settings);
  if (first) throw new StalledError(settingsCode, first.summary);
  const { tool, version, state, workspace, loopback, ...rest } = readObject(settings);
  const both = textsOf(rest['environment']);
  const plan = textsOf(rest['planEnvironment']);
  const apply = textsOf(rest['applyEnvironment']);
  return {
    tool: tool === 'tofu' || tool === 'terraform' ? tool : undefined,
    version: typeof version === 'string' ? version : undefined,
    state: parseState(state),
    workspace: readText(workspace),
    planEnvironment: { ...both, ...plan },
    applyEnvironment: { ...both, ...apply },
    loopback: isPorts(loopback) ? loopback : [],
    // Which of them were secrets is not known any more: all are kept out of texts.
    secrets: [...Object.values(both), ...Object.values(plan), ...Object.values(apply)],
  };
}

/** @throws StalledError `TERRAFORM_SETTINGS` where `checkStackSettings` has something to say. */
export function parseStackSettings(settings: unknown): StackSettings {
  const [first] = checkStackSettings(settings);
  if (first) throw new StalledError(settingsCode, first.summary);
  const { variables, variableFiles, reads, state, workspace, ...rest } = readObject(settings);
  const { ignoreDrift, lockTimeoutSeconds } = rest;
  return {
    variables: readObject(variables),
    variableFiles: readTexts(variableFiles),
    reads: readTexts(reads),
    state: parseState(state),
    workspace: readText(workspace),
    ignoreDrift: readTexts(ignoreDrift),
    lockTimeoutSeconds: typeof lockTimeoutSeconds === 'number' ? lockTimeoutSeconds : 30,
  };
}

function isPorts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length <= 100 && value.every(isPort);
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536;
}

function checkState(state: Json | undefined): readonly Diagnostic[] {
  if (state === undefined) return [];
  const entries = isJsonObject(state) ? Object.entries(state) : [];
  const [entry] = entries;
  const advice =
    'Write one backend with its settings, for example `state: { local: { folder: /srv/state } }`.';
  if (
    !entry ||
    entries.length > 1 ||
    !/^[a-z][a-z0-9_]*$/.test(entry[0]) ||
    !isJsonObject(entry[1])
  ) {
    return [complain(['state'], '`state` does not name one backend', advice)];
  }
  const [backend, settings] = entry;
  if (backend !== 'local') return [];
  const { folder, ...rest } = settings;
  const isFolder = typeof folder === 'string' && folder.startsWith('/') && !folder.includes('\0');
  return [
    ...(isFolder && !folder.split('/').includes('..')
      ? []
      : [complain(['state', 'local', 'folder'], '`folder` is no absolute path', advice)]),
    ...refuseUnknown(rest, ['folder'], 'no setting of local states'),
  ];
}

/** As the tools allow them, and no more: it becomes a part of paths. */
function checkWorkspace(workspace: Json | undefined): readonly Diagnostic[] {
  const isName = typeof workspace === 'string' && /^[A-Za-z0-9_-]{1,90}$/.test(workspace);
  if (workspace === undefined || isName) return [];
  return [complain(['workspace'], '`workspace` is no name of letters, digits, `-` and `_`')];
}

/**
 * What would lead the tool to other files and programs than ours, or other variables than those which
 * the plan shows.
 */
const takenNames =
  /^(?:TF_(?:CLI_|DATA_DIR|PLUGIN_|VAR_|WORKSPACE|LOG|INPUT|IN_AUTOMATION|REATTACH)|TOFU_CLI|LD_|DYLD_|TRUEUP|XDG_|GIT_|PATH$|HOME$|TMPDIR$|SHELL$|BASH_ENV$|ENV$|NODE_OPTIONS$)/;

function checkEnvironment(member: string, environment: Json | undefined): readonly Diagnostic[] {
  if (environment === undefined) return [];
  if (!isJsonObject(environment))
    return [complain([member], `\`${member}\` is no object of texts`)];
  return Object.entries(environment).flatMap(([name, value]) => {
    const at = [member, name];
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      return [complain(at, `${quoteName(name)} is no name of a variable`)];
    }
    if (takenNames.test(name)) return [complain(at, `${quoteName(name)} is set by Trueup itself`)];
    const isText = typeof value === 'string' && !value.includes('\0');
    return isText || namesSecret(value)
      ? []
      : [complain(at, `${quoteName(name)} is neither a text nor \`{ secret: <name> }\``)];
  });
}

function checkTexts(member: string, value: Json | undefined): readonly Diagnostic[] {
  if (value === undefined) return [];
  const isTexts = isJsonList(value) && value.every((one) => typeof one === 'string' && one !== '');
  return isTexts ? [] : [complain([member], `\`${member}\` is no list of texts`)];
}

function isVersionStart(value: Json): boolean {
  return typeof value === 'string' && /^\d+(?:\.\d+){0,2}$/.test(value);
}

function parseState(state: Json | undefined): StateSettings | undefined {
  const [entry] = Object.entries(readObject(state));
  return entry && { backend: entry[0], settings: readObject(entry[1]) };
}

function textsOf(value: Json | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(readObject(value)).flatMap(([name, text]) =>
      typeof text === 'string' ? [[name, text]] : [],
    ),
  );
}
