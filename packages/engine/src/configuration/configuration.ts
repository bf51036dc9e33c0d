import type { Diagnostic, Json, Origin } from '@trueup/diagnostics';
import type { ForeignRule, Provider } from '@trueup/provider-sdk';

import type { AlertRoute } from '../alert/alert-destination.ts';

/** `trueup.yaml`, read as YAML and not understood yet. */
export interface ParsedFile {
  /** From the repository's root. */
  readonly name: string;
  /** `undefined` when it is empty, no YAML, or not there. */
  readonly value: Json | undefined;
  /** Where the value at these members and list positions stands. Called for diagnostics only. */
  readonly locate: (path: DocumentPath) => Origin | undefined;
}

/** Members and list positions, from the top of a document. */
export type DocumentPath = readonly (string | number)[];

/** What the file is checked against besides its own rules. All of it is pure and never throws. */
export interface ConfigurationContext {
  readonly providers: readonly ConfiguredProvider[];
  /**
   * What is wrong with the condition of a guard, in a few words. Given by whoever has conditions
   * evaluated; without it each of them is an error, since nobody would ask it.
   */
  readonly checkCondition?: (condition: string) => string | undefined;
}

export interface ConfiguredProvider extends Pick<Provider, 'name' | 'checkTarget' | 'checkStack'> {
  /** Other members of a stack whose settings this provider takes: `helm`, `kustomize`. */
  readonly tools?: readonly string[];
}

/** What `trueup.yaml` says, as far as it can be understood. */
export interface Configuration {
  readonly file: Pick<ParsedFile, 'name' | 'value' | 'locate'>;
  /**
   * False when an entry, or all of the file, could not be told apart: then no stack may be taken
   * for orphaned or removed, since it may be the one that could not be read.
   */
  readonly complete: boolean;
  /** In the order of the file, as are all lists here. */
  readonly targets: readonly TargetDefinition[];
  readonly stacks: readonly StackEntry[];
  readonly removed: readonly RemovedStack[];
  readonly rules: readonly Rule[];
  readonly alerts: readonly Alert[];
  /** `alerts` could not be read at all: those of before stay in force. */
  readonly alertsUnread?: true;
  /** What is written with errors, so that it is not taken for absent. */
  readonly broken: BrokenEntries;
}

export interface BrokenEntries {
  readonly targets: readonly string[];
  /** Names, and name patterns as they are written, of stacks and of what they were `formerly`. */
  readonly stacks: readonly string[];
  /**
   * The stacks that rules with errors speak about. Those stacks are not planned: the rule may ask
   * for approvals. `*` when not even that can be read.
   */
  readonly rules: readonly string[];
}

export interface TargetDefinition {
  readonly name: string;
  readonly provider: string;
  /** As written: secrets stand in it as `{ secret: NAME }`, outputs as `{ output: STACK.OUTPUT }`. */
  readonly settings: Json;
}

/** An output of a stack of the same repository. */
export interface OutputName {
  readonly stack: string;
  readonly output: string;
}

/** One entry of `stacks`. Texts may hold placeholders: `{env}`. */
export interface StackEntry {
  /** Its position in the file. */
  readonly index: number;
  readonly name: string;
  readonly path: string;
  readonly target: string;
  readonly after: readonly string[];
  readonly inputs: Readonly<Record<string, InputSource>>;
  readonly formerly?: string;
  /** By provider or tool, as written. */
  readonly settings: Readonly<Record<string, Json>>;
}

/** Where an input of a stack comes from: an output of another stack (`STACK.OUTPUT`), a secret. */
export type InputSource = { readonly output: string } | { readonly secret: string };

/** A stack that Git no longer wants. */
export interface RemovedStack {
  readonly index: number;
  readonly stack: string;
  /** `keep`: they stay in the target and are nobody's. */
  readonly resources: 'delete' | 'keep';
}

export interface Rule {
  readonly index: number;
  /** Globs of stack names; a leading `!` takes away. */
  readonly stacks: readonly string[];
  /** Each of them has to be met. */
  readonly approvals?: readonly ApprovalRequirement[];
  readonly freeze?: readonly Freeze[];
  readonly guards?: Partial<WrittenGuards>;
  readonly drift?: DriftRule;
  readonly foreign?: ForeignRule;
  readonly healthTimeoutMs?: number;
  readonly healDuringFreeze?: boolean;
}

export interface ApprovalRequirement {
  /** So many different people. */
  readonly count: number;
  /**
   * `group:NAME`, `member:NAME` or `codeowners`, any of them. Empty: anybody who may approve.
   */
  readonly from: readonly string[];
  /** Whoever wrote one of the commits, committed them or asked for the run does not count. */
  readonly excludeAuthor: boolean;
  /** A risk (`deletion`) or a condition in CEL: it is asked where that holds. Absent: always. */
  readonly when?: string;
  /** Why, for people. Absent: said by us. */
  readonly say?: string;
}

/** A time in which nothing is applied: it begins when `cron` says so and lasts for `for`. */
export interface Freeze {
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  readonly cron: string;
  /** `62h`, `30m`, `2d`, `1d12h`: elapsed time, a day being 24 hours. */
  readonly for: string;
  /** IANA name. */
  readonly timezone: string;
}

/** What a plan may not do without a person's word (P3). */
export interface GuardRule {
  readonly maxDeletions: number;
  /**
   * Of the stack's inventory. It counts for stacks of {@link percentCountsFrom} resources or more:
   * one of three is a third.
   */
  readonly maxDeletionsPercent: number;
  /** Of the changes: a person has to say yes before the plan is applied. */
  readonly deny: readonly GuardCondition[];
  /** Shown, and nobody is asked. */
  readonly warn: readonly GuardCondition[];
  /**
   * Resources whose protection is lifted, as globs of `kind/scope/name`: they may be deleted and
   * replaced although their kind is protected.
   */
  readonly allowProtected: readonly string[];
}

/** As a file has them: `require` is one more way to write requirements of approval. */
export interface WrittenGuards extends GuardRule {
  readonly require: readonly ApprovalRequirement[];
}

export interface GuardCondition {
  /** A risk, or a condition in CEL over `change`, `plan`, `stack` and `mergeRequest`. */
  readonly when: string;
  /** What people are told. */
  readonly say: string;
}

/** `propose` opens a merge request that adopts what is observed. */
export type DriftRule = 'heal' | 'report' | 'propose';

/** Who is told about what. */
export interface Alert extends AlertRoute {
  readonly index: number;
}

/** What holds for one stack, all rules taken together. */
export interface EffectiveRule {
  /** Each of them has to be met; one person may count for several. Empty: nobody is asked. */
  readonly approvals: readonly ApprovalRequirement[];
  readonly freezes: readonly Freeze[];
  readonly guards: GuardRule;
  readonly drift: DriftRule;
  readonly foreign: ForeignRule;
  readonly healthTimeoutMs: number;
  readonly healDuringFreeze: boolean;
}

/** One stack of the repository at one revision. */
export interface StackDefinition {
  /** Without the repository. */
  readonly name: string;
  /** Existing directory, from the repository's root; empty for the root itself. */
  readonly path: string;
  readonly target: string;
  readonly provider: string;
  /** Names of present stacks: what is written, and what inputs and the target imply. Sorted, without cycles. */
  readonly after: readonly string[];
  readonly inputs: Readonly<Record<string, StackInput>>;
  /** Stacks by whose outputs the target is reached. Sorted; none if absent. */
  readonly reachedBy?: readonly string[];
  readonly formerly?: string;
  /**
   * For the provider: what stands under its own name, and beside that what stands under the name
   * of each of its tools. `undefined` when nothing does.
   */
  readonly settings: Json | undefined;
  /** Of its entry in `stacks`. */
  readonly index: number;
}

export type StackInput =
  | { readonly kind: 'output'; readonly stack: string; readonly output: string }
  | { readonly kind: 'secret'; readonly secret: string };

/** The stacks of one revision. */
export interface ExpandedStacks {
  /** Sorted by name. */
  readonly stacks: readonly StackDefinition[];
  /** Consistent with `stacks`. Sorted by name. */
  readonly removed: readonly RemovedStack[];
  /** Names and name patterns of stacks that are written and cannot be planned. */
  readonly broken: readonly string[];
  readonly complete: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** From so many resources on a percentage of deletions says something. */
export const percentCountsFrom = 5;
