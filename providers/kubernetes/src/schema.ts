import {
  type Diagnostic,
  isJsonList,
  isJsonObject,
  type Json,
  readField,
  readList,
  readText,
  StalledError,
} from '@trueup/diagnostics';
import { createSettingsComplaints, type SettingsComplaints } from '@trueup/provider-sdk';

import { KubernetesApiError, type ObjectVersion, type RefusalTrait } from './kubernetes-client.ts';
import {
  findStrangeMembers,
  serverMembers,
  standsForText,
  toKubeconfig,
} from './session/named-server.ts';

/** How to reach a cluster. */
export interface KubernetesSettings {
  /**
   * - `context`: of the kubeconfigs that the process was started with.
   * - `kubeconfig`: a text that was kept as a secret, or made of single values; it names no files and runs
   *   no programs.
   * - `in-cluster`: the service account of our own pod.
   */
  readonly reach:
    | { readonly kind: 'context'; readonly context: string | undefined }
    | { readonly kind: 'kubeconfig'; readonly text: string; readonly context: string | undefined }
    | { readonly kind: 'in-cluster' };
  /** For resources that name none; that of the context when absent. */
  readonly namespace: string | undefined;
}

const code = 'KUBERNETES_SETTINGS';
const complaints = createSettingsComplaints('kubernetes', code);
const { complain, refuseUnknown } = complaints;
const advice =
  'Write `context: <name>`, `kubeconfig: { secret: <name> }`, `server: …` or `inCluster: true`, and no other of these.';

export function checkTargetSettings(settings: unknown): readonly Diagnostic[] {
  if (!isJsonObject(settings)) {
    return [complain([], 'the settings do not say how to reach the cluster', advice)];
  }
  const { context, kubeconfig, inCluster, namespace, server } = settings;
  const known = ['context', 'kubeconfig', 'inCluster', 'namespace', ...serverMembers];
  const ways = [kubeconfig, inCluster, server].filter((one) => one !== undefined).length;
  const isReached = ways === 1 || (ways === 0 && context !== undefined);
  const idle =
    server === undefined ? serverMembers.filter((name) => settings[name] !== undefined) : [];
  return [
    ...refuseUnknown(settings, known, 'no setting of a target'),
    ...(isReached ? [] : [complain([], 'say in one way how to reach the cluster', advice)]),
    ...expectText(complaints, { context, namespace }),
    ...findStrangeMembers(settings, ['kubeconfig', ...serverMembers]).map((name) =>
      complain(
        [name],
        `write \`${name}: { secret: <name> }\` or \`${name}: { output: <stack>.<output> }\``,
      ),
    ),
    ...idle.map((name) => complain([name], `\`${name}\` says nothing without \`server\``)),
    ...(inCluster === undefined || inCluster === true
      ? []
      : [complain(['inCluster'], '`inCluster` can only be `true`')]),
  ];
}

/** @throws StalledError `KUBERNETES_SETTINGS` where `checkTargetSettings` has something to say. */
export function parseTargetSettings(settings: unknown): KubernetesSettings {
  const [first] = checkTargetSettings(settings);
  if (first) throw new StalledError(code, first.summary);
  const context = readText(settings, 'context');
  const namespace = readText(settings, 'namespace');
  const text = readText(settings, 'kubeconfig');
  if (readField(settings, 'inCluster') === true) {
    return { reach: { kind: 'in-cluster' }, namespace };
  }
  if (text !== undefined) return { reach: { kind: 'kubeconfig', text, context }, namespace };
  if (['kubeconfig', ...serverMembers].some((name) => isMissing(settings, name))) {
    throw new StalledError(
      code,
      'kubernetes: the secret that the cluster is reached by is not there',
    );
  }
  if (readField(settings, 'server') !== undefined) {
    const made = { kind: 'kubeconfig', text: toKubeconfig(settings), context: undefined } as const;
    return { reach: made, namespace };
  }
  return { reach: { kind: 'context', context }, namespace };
}

function isMissing(settings: unknown, name: string): boolean {
  const value = readField(settings, name);
  return value !== undefined && standsForText(value);
}

/** None of them has to be there. */
export function expectText(
  { complain: say }: SettingsComplaints,
  members: Readonly<Record<string, Json | undefined>>,
): readonly Diagnostic[] {
  return Object.entries(members)
    .filter(([, value]) => value !== undefined && (typeof value !== 'string' || value === ''))
    .map(([name]) => say([name], `${JSON.stringify(name)} has to be a text`));
}

/** What a version says about an object besides which one it is. */
export interface PlannedVersion extends ObjectVersion {
  /**
   * A digest of what plans depend on: reports of status move the resource version all the time, and
   * nobody planned anything by them.
   */
  readonly content: string;
  /** The version of the kind in which it was looked at, since `content` hangs on it. */
  readonly kindVersion: string;
}

/** The contract's opaque text for an object's version. */
export function formatVersion(version: PlannedVersion): string {
  const { uid, resourceVersion, content, kindVersion } = version;
  return [uid, resourceVersion, content, kindVersion].join('/');
}

/** Undoes {@link formatVersion}. */
export function parseVersion(text: string): PlannedVersion {
  const [uid = '', resourceVersion = '', content = '', kindVersion = ''] = text.split('/');
  return { uid, resourceVersion, content, kindVersion };
}

/**
 * Keeps of a refusal what can be shown. Webhooks fill in reason and fields as they like, so what
 * is not a word and not a path is dropped as well.
 */
export function parseRefusal(status: number, answer: Json): KubernetesApiError {
  const problems = parseTypeErrors(status, readText(answer, 'message') ?? '');
  if (problems)
    return new KubernetesApiError(422, 'Invalid', problems.keys(), {
      problems,
      traits: ['malformed'],
    });

  const reason = readText(answer, 'reason') ?? '';
  const causes = readList(answer, 'details', 'causes');
  const fields = causes.map((cause) => readText(cause, 'field')).filter(isFieldName);
  const word = /^[A-Z][A-Za-z]{1,60}$/.test(reason) ? reason : 'Unknown';
  const traits = traitsOf(status, answer);
  return new KubernetesApiError(status, word, new Set(fields), { traits });
}

/**
 * Servers take a manifest that does not fit its type for a failure of their own (500). It is one of
 * the manifest: what is wrong stands in the text, field by field. `undefined` for other failures.
 */
function parseTypeErrors(status: number, message: string): ReadonlyMap<string, string> | undefined {
  if (status === 400) return parseDecodingError(message);
  if (status !== 500 || !/^failed to (?:create typed patch|convert new) object/.test(message)) {
    return undefined;
  }
  const lines = message.slice(0, 100_000).split(/\n|(?<=\)): (?=\.)/);
  const found = lines.flatMap((line): [string, string][] => {
    const [, field = '', problem = ''] = typeError.exec(line.trim()) ?? [];
    return isFieldName(field) ? [[field, problem]] : [];
  });
  return new Map(found);
}

const typeError =
  /^\.(.{1,300}?): (expected [a-z]{1,20}|field not declared in schema|duplicate entries for key)\b/;

/** A number that its type cannot hold is told by the decoder, with the Go type in front of the path. */
function parseDecodingError(message: string): ReadonlyMap<string, string> | undefined {
  const [, path = '', type = ''] = decodingError.exec(message.slice(0, 100_000)) ?? [];
  const field = path.replace(/^[A-Z]\w*\./, '');
  return isFieldName(field) ? new Map([[field, `expected ${type}`]]) : undefined;
}

const decodingError =
  /\bcannot unmarshal \w+(?: \S{1,400})? into Go struct field ([\w.]{1,300}) of type ([\w.*[\]]{1,60})/;

function isFieldName(field: string | undefined): field is string {
  return field !== undefined && /^[a-z](?:[\w./-]|\[[\w=",./-]{1,200}\]){0,300}$/i.test(field);
}

/** Texts of API servers since 1.18; none of them is passed on. */
const signs: readonly (readonly [RefusalTrait, RegExp])[] = [
  ['dry-run-unsupported', /does not support dry run/],
  [
    'immutable',
    /immutable|cannot change |may not change|updates to .{0,80}(?:are )?forbidden|Forbidden: .{0,40}updates? /,
  ],
  [
    'too-large',
    /Too long: (?:must have at most|may not be more than) \d+ bytes|limit is \d{6,}|request entity too large/i,
  ],
  ['namespace-terminating', /because it is being terminated/],
  ['webhook', /admission webhook|failed calling webhook/],
];

function traitsOf(status: number, answer: Json): readonly RefusalTrait[] {
  const causes = readList(answer, 'details', 'causes').map((cause) => readText(cause, 'message'));
  const text = [readText(answer, 'message'), ...causes].join('\n').slice(0, 100_000);
  const told = signs.filter(([, pattern]) => pattern.test(text)).map(([trait]) => trait);
  if (status !== 404) return told;
  const kind = readText(answer, 'details', 'kind');
  if (kind === 'namespaces') return [...told, 'namespace-missing'];
  return readText(answer, 'details', 'name') === undefined ? [...told, 'kind-unknown'] : told;
}

/** True for a list whose members are all texts. */
export function isTextList(value: Json | undefined): value is readonly string[] {
  return isJsonList(value) && value.every((one) => typeof one === 'string');
}
