/** What this provider needs of ansible-playbook. The fake of the tests implements it as well. */
import type { ProgramEnd } from '@trueup/programs';

import type { AnsibleEvent } from './client/parse-event.ts';
import type { Bundle } from './prepare/bundle.ts';
import type { Batch } from './settings/batch.ts';
import type { Credentials } from './settings/credentials.ts';

/** Which tasks may change a host in a run: everything else there is only looked at. */
export interface HostPermit {
  /** Keys of the tasks that were approved. */
  readonly allow: readonly string[];
  /** Those that were planned and are not to be done now. */
  readonly held: readonly string[];
  /** Approved steps that nobody could look into: after one of them the rest may do what it finds to do. */
  readonly opaque: readonly string[];
}

export interface Access {
  readonly credentials: Credentials;
  readonly knownHosts: string;
}

export type Job = {
  readonly bundle: Bundle;
  /** All that the bundle's own limit leaves if absent. */
  readonly hosts?: readonly string[];
} & (
  | { readonly mode: 'list' }
  | {
      readonly mode: 'check';
      readonly access: Access;
      /**
       * The tasks are told first, as a run in mode `list` tells them. No host is reached before this is resolved; where it
       * rejects, the run ends.
       */
      readonly lists?: Promise<void>;
    }
  | {
      readonly mode: 'apply';
      readonly access: Access;
      readonly permits: Readonly<Record<string, HostPermit>>;
      readonly batch: Batch;
    }
);

export interface JobCall {
  readonly signal: AbortSignal;
  /** In the order in which they happen. */
  readonly onEvent: (event: AnsibleEvent) => void;
}

export interface JobEnd {
  readonly end: ProgramEnd;
  /** What it said besides, at most 16 KiB. May repeat secrets. */
  readonly said: string;
}

export interface AnsibleClient {
  /**
   * Runs the playbook once. Rejects with the signal's reason when that aborts; nothing is left running then.
   *
   * @throws StalledError `ANSIBLE_MISSING` when the tool is not there, `ANSIBLE_UNUSABLE` when it is too old,
   *   `ANSIBLE_SOPS` when a file cannot be decrypted.
   */
  run(job: Job, call: JobCall): Promise<JobEnd>;
  /** What of this machine playbooks see although they should not; nothing if absent. */
  exposure?(): Promise<string | undefined>;
}
