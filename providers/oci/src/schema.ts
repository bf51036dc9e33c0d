/** Settings of targets and stacks. */
import type { KeyObject } from 'node:crypto';

import { type Diagnostic, isJsonObject, StalledError } from '@trueup/diagnostics';
import type { Credentials } from '@trueup/outbound';
import { parseHostSecrets } from '@trueup/outbound/credentials';
import { createSettingsComplaints, namesSecret } from '@trueup/provider-sdk';
import { parseArtifactReference, parseLogin, parseSigningKey } from '@trueup/registries';

export interface TargetSettings {
  /** With its port, where it has one. */
  readonly host: string;
  /** What all repositories of the target begin with, without a slash at its end; empty for none. */
  readonly prefix: string;
  readonly login: Credentials | undefined;
  /** What artifacts are signed with, and known by. */
  readonly signingKey: KeyObject | undefined;
}

export interface StackSettings {
  /** Names of secrets, by the host that they are sent to: registries that images come from. */
  readonly credentials: ReadonlyMap<string, string>;
  /** Tags that the file no longer names may be deleted. */
  readonly deleteTags: boolean;
}

const settingsCode = 'OCI_SETTINGS';
const { complain, refuseUnknown } = createSettingsComplaints('oci', settingsCode);
const targetMembers = ['registry', 'credential', 'signingKey'];
const stackMembers = ['credentials', 'deleteTags'];

export function checkTargetSettings(settings: unknown): readonly Diagnostic[] {
  const advice = 'Write `oci: { registry: registry.example.com/team }`.';
  if (!isJsonObject(settings)) return [complain([], 'the settings are no object', advice)];
  const { registry, credential, signingKey } = settings;
  return [
    ...refuseUnknown(settings, targetMembers, 'no setting of a target'),
    ...(parseRegistry(registry)
      ? []
      : [complain(['registry'], '`registry` names no registry', advice)]),
    ...(credential === undefined || namesSecret(credential) || parseLogin(credential)
      ? []
      : [
          complain(
            ['credential'],
            '`credential` holds no login',
            'Write `credential: { secret: NAME }`; the secret holds `user:password`, a token, or JSON.',
          ),
        ]),
    ...(signingKey === undefined || namesSecret(signingKey) || toSigningKey(signingKey)
      ? []
      : [
          complain(
            ['signingKey'],
            '`signingKey` holds no private key of ECDSA on P-256',
            'Write `signingKey: { secret: NAME }`; the secret holds the key as PEM, not encrypted.',
          ),
        ]),
  ];
}

export function checkStackSettings(settings: unknown): readonly Diagnostic[] {
  if (settings === undefined || settings === null) return [];
  if (!isJsonObject(settings)) return [complain([], 'the settings are no object')];
  const { credentials, deleteTags } = settings;
  return [
    ...refuseUnknown(settings, stackMembers, 'no setting of a stack'),
    ...(parseHostSecrets(credentials)
      ? []
      : [
          complain(
            ['credentials'],
            '`credentials` does not name a secret for each host',
            'Write `credentials: { ghcr.io: { secret: NAME } }`.',
          ),
        ]),
    ...(deleteTags === undefined || typeof deleteTags === 'boolean'
      ? []
      : [complain(['deleteTags'], '`deleteTags` is neither true nor false')]),
  ];
}

/** @throws StalledError `OCI_SETTINGS` where `checkTargetSettings` has something to say. */
export function parseTargetSettings(settings: unknown): TargetSettings {
  const [first] = checkTargetSettings(settings);
  const { registry, credential, signingKey } = isJsonObject(settings) ? settings : {};
  const place = parseRegistry(registry);
  if (first || !place) throw new StalledError(settingsCode, first?.summary ?? 'oci: no registry');
  return { ...place, login: parseLogin(credential), signingKey: toSigningKey(signingKey) };
}

/** @throws StalledError `OCI_SETTINGS` where `checkStackSettings` has something to say. */
export function parseStackSettings(settings: unknown): StackSettings {
  const [first] = checkStackSettings(settings);
  if (first) throw new StalledError(settingsCode, first.summary);
  const { credentials, deleteTags } = isJsonObject(settings) ? settings : {};
  return {
    credentials: parseHostSecrets(credentials) ?? new Map(),
    deleteTags: deleteTags === true,
  };
}

function parseRegistry(value: unknown): Pick<TargetSettings, 'host' | 'prefix'> | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.replace(/\/$/, '');
  // By the grammar of references; a host alone has a repository put behind it.
  const found = parseArtifactReference(text.includes('/') ? text : `${text}/x`);
  if (!found || found.tag !== undefined || found.digest !== undefined) return undefined;
  if (found.host !== found.host.toLowerCase()) return undefined;
  return { host: found.host, prefix: text.includes('/') ? found.repository : '' };
}

function toSigningKey(value: unknown): KeyObject | undefined {
  return typeof value === 'string' ? parseSigningKey(value) : undefined;
}
