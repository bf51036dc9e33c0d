import type { Files } from '../files.ts';
import type { Provider } from '../provider.ts';
import type { ResourceId } from '../resource.ts';
import type { Inputs, Stack, Target } from '../target.ts';

/** What the tool behind a provider can do at all. */
export interface ProviderAbilities {
  /** What it makes bears a mark that `discover` finds again. */
  readonly marks: boolean;
  /** A write, or the whole, is refused when the target moved since it was planned. */
  readonly versions: boolean;
  /** It tells by itself what changed. */
  readonly watch: boolean;
  /** It keeps leases of stacks. */
  readonly leases: boolean;
  /** Others can add fields of their own inside what it manages. */
  readonly foreign: boolean;
  /** It can undo what it made. A task on a host cannot be taken back. */
  readonly deletes: boolean;
  readonly applies: Provider['applies'];
  /** Fields of its resources can be secrets. A tag of a registry is none. True if absent. */
  readonly secrets?: boolean;
}

/**
 * One provider with a target of its own, which is empty.
 *
 * The optional members bring about what the suite cannot: a fake has all of them, a real target those
 * that are possible there. A check that lacks one is reported as skipped, with its name.
 */
export interface ProviderFixture {
  readonly provider: Provider;
  readonly target: Target;
  readonly files: Files;
  /**
   * Prepared without errors, from nothing but `files` and `inputs`. Its first wave holds two resources
   * at least; none is protected. One of them holds `secret` as a secret, where there can be secrets.
   */
  readonly stack: Stack;
  /** Each of them is used by the stack. None if absent. */
  readonly inputs?: Inputs;
  /** Long enough not to occur by chance. Without secrets in resources: a login of the target. */
  readonly secret: string;
  /** How often the target was written to; dry runs do not count. */
  readonly countWrites: () => number;
  /**
   * Changes a resource behind the provider's back, so that its next plan is an update. Called for
   * what exists and is compared, hence never for what only runs; each time it becomes another value.
   */
  readonly disturb: (id: ResourceId) => Promise<void>;
  /** Somebody else adds a field to a managed resource, which is a secret and holds `secret`. */
  readonly intrude?: (id: ResourceId) => Promise<void>;
  /** The target refuses the next change of this resource, without an effect. */
  readonly refuse?: (id: ResourceId) => Promise<void>;
  /** From now on requests to the target get no answer. */
  readonly freeze?: () => Promise<void>;
  /** From now on the target cannot be reached. */
  readonly unplug?: () => Promise<void>;
  /** The same provider in a new process: it has seen nothing yet. */
  readonly restart?: () => Provider;
  /** Called once, whatever happened before. */
  readonly close: () => Promise<void>;
}
