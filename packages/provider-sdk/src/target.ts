import type { Json } from '@trueup/diagnostics';

/** One place that stacks are brought to. */
export interface Target {
  readonly name: string;
  /** As written in `trueup.yaml`, secrets resolved. `checkTarget` found no error in it. */
  readonly settings: unknown;
}

export interface Stack {
  /** `repository/stack`. */
  readonly name: string;
  /** Its folder, from the repository's root; empty for the root itself. */
  readonly path: string;
  /** What `trueup.yaml` says for this provider. `checkStack` found no error in it. */
  readonly settings: unknown;
  /**
   * The mark that says whose a resource is: a hash over installation, repository and stack, short
   * enough for a label. Another value orphans everything that the stack owns.
   */
  readonly owner: string;
  /** Marks of the names that the stack had before (`formerly`). What bears one of them is ours. */
  readonly formerOwners: readonly string[];
}

/** A value that one stack gives to another. */
export interface Output {
  readonly value: Json;
  /** The value is stored encrypted and enters plans as a seal only. */
  readonly sensitive: boolean;
}

/** What a stack takes in by name: outputs of other stacks, and secrets. */
export type Inputs = Readonly<Record<string, Output>>;
