/** How the built-in forge keeps a repository. */
import { integer, list, object, type Schema, text, truth, words } from '../schema/schema.ts';
import type { MergeMethod } from './merge-request.ts';

/** Of branches that change by merge requests only. */
export interface Protection {
  /** `*` stands for any characters. */
  readonly pattern: string;
  /** What has to have passed. */
  readonly checks: readonly string[];
  readonly approvals: number;
  readonly resolvedThreads: boolean;
}

export interface HostedSettings {
  readonly protections: readonly Protection[];
  readonly mergeMethods: readonly MergeMethod[];
}

export interface HostedRepository extends HostedSettings {
  readonly path: string;
  readonly defaultBranch: string;
  readonly cloneUrl: string;
}

const methods = ['merge', 'squash', 'fast-forward'] as const;

const protection: Schema<Protection> = object<Protection>(
  {
    pattern: text({ minLength: 1, maxLength: 250 }),
    checks: list(text({ minLength: 1, maxLength: 200 }), { maxItems: 100 }),
    approvals: integer({ minimum: 0, maximum: 100 }),
    resolvedThreads: truth(),
  },
  'Protection',
);

const settingMembers = {
  protections: list(protection, { maxItems: 100 }),
  mergeMethods: list(words(methods), { maxItems: 3 }),
};

export const hostedSettingsSchema: Schema<HostedSettings> = object<HostedSettings>(
  settingMembers,
  'HostedSettings',
);

export const hostedRepositorySchema: Schema<HostedRepository> = object<HostedRepository>(
  { ...settingMembers, path: text(), defaultBranch: text(), cloneUrl: text() },
  'HostedRepository',
);
