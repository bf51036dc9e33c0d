/** What a stack may say to Kustomize, and what a kustomization names. Nothing unparsed gets past. */
import {
  adviseName,
  type Diagnostic,
  isJsonList,
  isJsonObject,
  type Json,
  readTexts,
} from '@trueup/diagnostics';
import { parseHostSecrets } from '@trueup/outbound/credentials';

export interface KustomizeSettings {
  /**
   * Where files may lie that a kustomization reads itself: below its own folder, as the program has
   * it, or anywhere in the repository, as Flux has it. Bases may lie anywhere in both cases.
   */
  readonly files: 'folder' | 'repository';
  /** Hosts that remote bases may be fetched from: `github.com`, `*.example.com`. None when absent. */
  readonly allowHosts: readonly string[];
  /** Names of secrets by host, `github.com` or with its port. None is sent to any other host. */
  readonly credentials: ReadonlyMap<string, string>;
}

const defaults: KustomizeSettings = { files: 'folder', allowHosts: [], credentials: new Map() };
const hostPattern = /^(?:\*\.)?(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)*[a-z\d](?:[a-z\d-]*[a-z\d])?$/i;

/** All remarks at once; empty for settings that are absent. */
export function checkSettings(settings: unknown): readonly Diagnostic[] {
  if (settings === undefined || settings === null) return [];
  if (!isJsonObject(settings)) {
    return [remark([], 'the settings are no object', 'Write `kustomize: { files: repository }`.')];
  }
  return Object.entries(settings).flatMap(([name, value]) => checkMember(name, value));
}

/** Only of what `checkSettings` has no remark on; anything else is left at its default. */
export function parseSettings(settings: unknown): KustomizeSettings {
  if (!isJsonObject(settings)) return defaults;
  const { files, allowHosts, credentials } = settings;
  return {
    files: files === 'repository' ? 'repository' : 'folder',
    allowHosts: readTexts(allowHosts).filter((host) => hostPattern.test(host)),
    credentials: parseHostSecrets(credentials) ?? new Map(),
  };
}

function checkMember(name: string, value: Json): readonly Diagnostic[] {
  switch (name) {
    case 'files':
      if (value === 'folder' || value === 'repository') return [];
      return [remark([name], '`files` is neither `folder` nor `repository`')];
    case 'allowHosts':
      if (isJsonList(value) && value.every(isHost)) return [];
      return [remark([name], '`allowHosts` is no list of host names', 'Write `[github.com]`.')];
    case 'credentials': {
      if (parseHostSecrets(value)) return [];
      const advice = 'Write `{ github.com: { secret: NAME } }`.';
      return [remark([name], '`credentials` names no secrets by host', advice)];
    }
    default: {
      const advice = adviseName(name, ['files', 'allowHosts', 'credentials']);
      return [remark([name], `\`${name}\` is no setting of a stack`, advice)];
    }
  }
}

function isHost(value: Json): boolean {
  return typeof value === 'string' && hostPattern.test(value);
}

function remark(path: readonly string[], what: string, advice?: string): Diagnostic {
  return {
    severity: 'error',
    code: 'RENDER_KUSTOMIZE_SETTINGS',
    path,
    summary: `kustomize: ${what}`,
    ...(advice !== undefined && { advice }),
  };
}
