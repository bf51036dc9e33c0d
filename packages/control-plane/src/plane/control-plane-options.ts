import type { RepositoryRecord, RetentionRules, Store } from '@trueup/engine';
import type { Forge } from '@trueup/forge-sdk';
import type { Provider } from '@trueup/provider-sdk';

import type { SessionLimits } from '../access/session-limits.ts';
import type { AlertServices } from '../alerts/alerts.ts';
import type { Hosting } from '../hosting/open-hosting.ts';
import type { SecretServices } from '../keys/open-secrets.ts';
import type { GitRepository } from '../repository/git-repository.ts';
import type { SourceWatchPorts } from '../sources/source-watch.ts';

/** What a control plane is made of. It owns none of these but closes the store when it stops. */
export interface ControlPlaneOptions {
  readonly store: Store;
  readonly providers: readonly InstalledProvider[];
  /**
   * Opens the mirror of a registered repository. Called once for each. The credential is read before
   * every connection, so that a changed secret counts at once.
   */
  readonly openRepository: (
    repository: RepositoryRecord,
    readCredential: () => Promise<string | undefined>,
  ) => Promise<GitRepository>;
  /** Removes what lies on the disk of repositories other than these (ids). Absent where nothing does. */
  readonly removeMirrors?: (kept: readonly string[]) => Promise<void>;
  /** Where merge requests may be. None if absent. */
  readonly forges?: readonly Forge[];
  /** How people reach the server, for links to its pages. There are none if absent. */
  readonly publicUrl?: string;
  /** The built-in forge, which it ends when it stops. None if absent. */
  readonly hosting?: Hosting;
  /** How alerts are sent. None are if absent. */
  readonly alerts?: AlertServices;
  readonly secrets: SecretServices;
  readonly clock: { readonly now: () => number };
  readonly newId: () => string;
  readonly random: () => number;
  /** What nobody asked for and somebody should know. Free of secrets. */
  readonly log: Log;
  /**
   * Names who holds leases. A store that one process at a time can open is given the same name each
   * time, so that what a killed process held is free at once. Unique if absent.
   */
  readonly holder?: string;
  /**
   * Names this installation to others who work on the same targets; people read it there. The same
   * after a restart. Unique if absent.
   */
  readonly targetHolder?: string;
  readonly parallelRuns?: number;
  /** How often a forge is asked without a hint. 60 seconds if absent. */
  readonly forgeIntervalMs?: number;
  /** How often a stack is looked at without a hint. 5 minutes if absent. */
  readonly lookIntervalMs?: number;
  /** What stacks from registries are made of, looked at by and by. The providers have it too. None if absent. */
  readonly sources?: SourceWatchPorts['sources'];
  /** How often a tag that a stack is made of is looked at. 60 seconds if absent. */
  readonly sourceIntervalMs?: number;
  /** How long browsers stay signed in. `defaultSessionLimits` if absent. */
  readonly sessionLimits?: SessionLimits;
  /** How long records are kept. `defaultRetention` of the engine if absent. */
  readonly retention?: RetentionRules;
}

export interface InstalledProvider extends Provider {
  /** Other words of `trueup.yaml` whose settings it takes: `helm`, `kustomize`. */
  readonly tools?: readonly string[];
}

export type Log = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, string | number | boolean>>,
) => void;
