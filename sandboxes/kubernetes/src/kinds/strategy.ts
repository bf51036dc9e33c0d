/** What is special about one kind of object. Everything else is the same for all. */

import type { JsonObject } from '@trueup/diagnostics';

import type { ClusterState } from '../cluster/cluster-state.ts';
import type { Draft } from '../object/draft.ts';
import type { FieldError } from '../validation/field-error.ts';
import type { NameRule } from '../validation/names.ts';

export interface Strategy {
  readonly nameRule: NameRule;
  /** Sets what the server sets whenever it reads such an object. */
  readonly setDefaults?: (draft: Draft) => void;
  /** What admission sets, which nobody owns afterwards. */
  readonly admit?: (draft: Draft, old: JsonObject | undefined, cluster: ClusterState) => void;
  /** Decides what only the server decides: addresses, ports. Nothing is taken by a dry run. */
  readonly prepare?: (draft: Draft, old: JsonObject | undefined, cluster: ClusterState) => void;
  /** What is wrong only with a new object. */
  readonly validateCreate?: (value: JsonObject, cluster: ClusterState) => readonly FieldError[];
  /** All that is wrong with the object, at creation and after an update. */
  readonly validate?: (value: JsonObject, cluster: ClusterState) => readonly FieldError[];
  /** All that the update must not have changed. */
  readonly validateUpdate?: (value: JsonObject, old: JsonObject) => readonly FieldError[];
  /** Instead of `validateUpdate` for writes of parts, by the name of the part. */
  readonly validateParts?: Readonly<Record<string, NonNullable<Strategy['validateUpdate']>>>;
  /** What is accepted, but most likely a mistake. */
  readonly warnings?: (value: JsonObject) => readonly string[];
  /** Whether it warns only when its generation changes. */
  readonly countsTemplates?: boolean;
  /** What one refuses outright, whoever asks. */
  readonly forbidDelete?: (value: JsonObject) => string | undefined;
  /** Added when a deletion begins, and taken away by a controller. */
  readonly deletionFinalizers?: readonly string[];
  /** Marks more than the server does for all kinds when a deletion begins. */
  readonly onDelete?: (draft: Draft, cluster: ClusterState) => void;
  /** Whether the beginning of a deletion is no change of the generation. */
  readonly keepsGeneration?: boolean;
  /** What a client that deletes without a policy should know. */
  readonly deleteWarning?: string;
  /** Whether a deletion at once still shows when it was asked for. */
  readonly marksBeforeDeletion?: boolean;
  /** Whether `PUT` creates what does not exist. */
  readonly createsOnUpdate?: boolean;
  /** Whether `PUT` without a resourceVersion overwrites. True for most built-in kinds. */
  readonly updatesBlindly?: boolean;
  /** Whether the generation counts changes outside of metadata and status. */
  readonly countsGenerations?: boolean;
  /** Whether an empty list that was sent counts as a change of the one that is not there. */
  readonly countsEmptyLists?: boolean;
  /** Whether a deletion answers with the object, and not with a `Status`. */
  readonly returnsDeleted?: boolean;
  /** Members that a write of the object itself leaves as they are. `status` by default. */
  readonly resetFields?: readonly string[];
}
