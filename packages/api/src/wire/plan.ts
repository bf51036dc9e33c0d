import type { Diagnostic } from '@trueup/diagnostics';

import {
  integer,
  list,
  object,
  optional,
  record,
  type Schema,
  text,
  truth,
  words,
} from '../schema/schema.ts';
import {
  type Action,
  type Change,
  changeSchema,
  type ForeignField,
  foreignFieldSchema,
} from './change.ts';
import { diagnosticSchema } from './diagnostic.ts';

/** A plan, all but its changes: they are read page by page. */
export interface Plan {
  readonly id: string;
  /** Absent where no run was made for it. */
  readonly run?: string;
  /** Full name of the stack. */
  readonly stack: string;
  readonly revision: string;
  readonly createdAt: string;
  readonly targetIdentity: string;
  /** Digests of the artifacts that its content was taken from, by name. Absent: none. */
  readonly sources?: Readonly<Record<string, string>>;
  /** Names the set of its changes: what an approval is given for. */
  readonly digest: string;
  /** How many changes of each action. */
  readonly totals: Readonly<Record<Action, number>>;
  /** How many of the steps are there because the target moved. */
  readonly drifted: number;
  /** What could not be looked into. */
  readonly gaps: readonly Gap[];
  readonly foreign: readonly ForeignField[];
  readonly diagnostics: readonly Diagnostic[];
  readonly findings: readonly GuardFinding[];
  /** Whose approval the rules ask for it; absent where they ask nobody. */
  readonly asked?: readonly AskedRequirement[];
  /** What Trueup does not do without explicit words in Git. */
  readonly withheld: readonly Withheld[];
  /** The program that rendered the stack, where one did. */
  readonly tool?: Tool;
}

export interface Tool {
  readonly name: string;
  readonly version: string;
}

/** Each has to be met before the plan is applied. */
export interface AskedRequirement {
  /** So many different people. */
  readonly count: number;
  /** `group:NAME`, `member:NAME`, `owner:@NAME`, `owner:ADDRESS`, any of them. Empty: anybody. */
  readonly from: readonly string[];
  readonly excludeAuthor: boolean;
  /** Why this plan calls for it, half a sentence after "since". */
  readonly because?: string;
}

export interface PlannedChange {
  readonly change: Change;
  readonly digest?: string;
}

export interface Gap {
  /** Absent when the whole target is meant. */
  readonly subject?: string;
  readonly extent: 'partial' | 'deferred' | 'opaque';
  readonly message: string;
}

export interface GuardFinding {
  readonly guard: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

export interface Withheld {
  readonly change: Change;
  readonly reason: string;
}

const gapSchema: Schema<Gap> = object<Gap>(
  {
    subject: optional(text()),
    extent: words(['partial', 'deferred', 'opaque']),
    message: text(),
  },
  'Gap',
);

const findingSchema: Schema<GuardFinding> = object<GuardFinding>(
  { guard: text(), severity: words(['error', 'warning']), message: text() },
  'GuardFinding',
);

const askedSchema: Schema<AskedRequirement> = object<AskedRequirement>({
  count: integer(),
  from: list(text()),
  excludeAuthor: truth(),
  because: optional(text()),
});

export const planSchema: Schema<Plan> = object<Plan>(
  {
    id: text(),
    run: optional(text()),
    stack: text(),
    revision: text(),
    createdAt: text(),
    targetIdentity: text(),
    sources: optional(record(text())),
    digest: text(),
    totals: object<Readonly<Record<Action, number>>>({
      create: integer(),
      update: integer(),
      replace: integer(),
      delete: integer(),
      'take-over': integer(),
      execute: integer(),
      none: integer(),
    }),
    drifted: integer(),
    gaps: list(gapSchema),
    foreign: list(foreignFieldSchema),
    diagnostics: list(diagnosticSchema),
    findings: list(findingSchema),
    asked: optional(list(askedSchema)),
    withheld: list(object<Withheld>({ change: changeSchema, reason: text() })),
    tool: optional(object<Tool>({ name: text(), version: text() })),
  },
  'Plan',
);

export const plannedChangeSchema: Schema<PlannedChange> = object<PlannedChange>(
  { change: changeSchema, digest: optional(text()) },
  'PlannedChange',
);
