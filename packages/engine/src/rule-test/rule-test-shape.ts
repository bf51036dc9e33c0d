/** The members of a file of tests for the rules, described once for reading and for editors. */
import { type Json, type JsonObject, parseFieldPath } from '@trueup/diagnostics';
import type { Action, Cause, Confidence, Hazard } from '@trueup/provider-sdk';

import {
  choice,
  flag,
  integer,
  listOf,
  type Member,
  opaque,
  optional,
  record,
  required,
  type Shape,
  schemaOf,
  text,
} from '../configuration/shape.ts';
import type { Purpose } from '../run/run.ts';
import type { RuleTestExpectation } from './rule-test.ts';

export interface WrittenMember {
  readonly name: string;
  readonly groups?: readonly string[];
  readonly emails?: readonly string[];
  readonly identities?: readonly string[];
}

export interface WrittenTest {
  readonly name: string;
  readonly stack: string;
  readonly given: WrittenGiven;
  readonly expect: WrittenExpectation;
}

export interface WrittenExpectation extends Omit<RuleTestExpectation, 'approvals'> {
  readonly approvals?: readonly { readonly count?: number; readonly from?: readonly string[] }[];
}

export interface WrittenGiven {
  readonly changes: readonly WrittenChange[];
  readonly stack?: {
    readonly repository?: string;
    readonly path?: string;
    readonly target?: string;
    readonly provider?: string;
  };
  readonly purpose?: Purpose;
  readonly gaps?: readonly { readonly message: string; readonly extent?: GapExtent }[];
  readonly owned?: number;
  readonly mergeRequest?: {
    readonly number?: number;
    readonly author?: string;
    readonly fork?: boolean;
    readonly labels?: readonly string[];
  };
  readonly paths?: readonly string[];
  readonly authors?: readonly string[];
  readonly approvedBy?: readonly string[];
  readonly at?: string;
}

type GapExtent = 'partial' | 'deferred' | 'opaque';

export interface WrittenChange {
  /** `kind/scope/name`, as plans print it. */
  readonly id: string;
  readonly action: Exclude<Action, 'none'>;
  readonly confidence?: Confidence;
  readonly hazards?: readonly Hazard[];
  readonly cause?: Cause;
  readonly fields?: readonly WrittenField[];
}

export interface WrittenField {
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
  readonly sensitive?: boolean;
}

const words = (is: string): Shape<readonly string[]> => listOf(text({ is }), { maxItems: 1000 });

const member: Shape<WrittenMember> = record({
  name: required(text({ is: 'a name' }), 'As approvals name them.'),
  groups: optional(words('a group'), 'What rules ask approvals from: `ops` for `group:ops`.'),
  emails: optional(words('an address'), 'Addresses that their commits bear.'),
  identities: optional(words('an account'), 'Accounts on forges: `gitea:42`.'),
});

const field: Shape<WrittenField> = record({
  path: required(
    text({
      is: 'a path',
      check: (path) => (parseFieldPath(path) ? undefined : 'is no path of a field'),
      advice: 'Write it as plans print it: `spec.containers[name=web].image`.',
    }),
    'As plans print it: `spec.replicas`.',
  ),
  before: optional(opaque(), 'The observed value; absent when the field is added.'),
  after: optional(opaque(), 'The desired value; absent when the field is removed.'),
  sensitive: optional(flag(), 'Rules see seals and no values; false if absent.'),
});

const change: Shape<WrittenChange> = record({
  id: required(
    text({
      is: 'a resource',
      check: (id) => (/^[^/]+\/[^/]*\/.+$/.test(id) ? undefined : 'has not kind, scope and name'),
      advice: 'Write kind, scope and name: `Deployment.apps/shop/web`, `Namespace//shop`.',
    }),
    'Kind, scope and name, as plans print it: `Deployment.apps/shop/web`.',
  ),
  action: required(
    choice(['create', 'update', 'replace', 'delete', 'take-over', 'execute']),
    'What is done.',
  ),
  confidence: optional(
    choice(['certain', 'predicted', 'deferred', 'opaque']),
    'How far it can be relied on; `certain` if absent.',
  ),
  hazards: optional(
    listOf(choice(['destroys-data', 'recreates', 'restarts', 'interrupts']), { maxItems: 10 }),
    'What else it does.',
  ),
  cause: optional(choice(['revision', 'drift']), '`revision` if absent.'),
  fields: optional(listOf(field, { maxItems: 1000 }), 'Fields that differ.'),
});

const given: Shape<WrittenGiven> = record({
  changes: required(listOf(change, { maxItems: 10_000 }), 'The steps of the plan.'),
  stack: optional(
    record({
      repository: optional(text({ is: 'a name' }), 'The name under which it is followed.'),
      path: optional(text({ is: 'a path' }), 'Its directory.'),
      target: optional(text({ is: 'a name' }), 'Where it goes.'),
      provider: optional(text({ is: 'a name' }), '`kubernetes`, and what else there is.'),
    }),
    'What conditions may ask of the stack besides its name; empty where absent.',
  ),
  purpose: optional(
    choice(['revision', 'heal', 'rollback', 'removal']),
    'Why it is planned; `revision` if absent.',
  ),
  gaps: optional(
    listOf(
      record({
        message: required(text({ is: 'a text' }), 'What is not known.'),
        extent: optional(choice(['partial', 'deferred', 'opaque']), '`partial` if absent.'),
      }),
      { maxItems: 100 },
    ),
    'What the plan could not look into.',
  ),
  owned: optional(
    integer(0, 1_000_000),
    'How many resources the stack owns; as many as there are changes if absent.',
  ),
  mergeRequest: optional(
    record({
      number: optional(integer(1, 1_000_000_000), 'As the forge counts.'),
      author: optional(text({ is: 'an account' }), 'The account on the forge: `gitea:42`.'),
      fork: optional(flag(), 'Its branch lies in another repository; false if absent.'),
      labels: optional(words('a label'), 'Its labels.'),
    }),
    'What brought it. Absent: a run that no known merge request brought.',
  ),
  paths: optional(words('a path'), 'Files that changed, for their owners and for `plan.paths`.'),
  authors: optional(
    words('an author'),
    'Who wrote it: an address of a commit, `member:NAME`, or an account as `gitea:42`.',
  ),
  approvedBy: optional(words('a member'), 'Members who approved all of it.'),
  at: optional(
    text({
      is: 'a time',
      check: (at) =>
        /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/.test(at) &&
        !Number.isNaN(Date.parse(at))
          ? undefined
          : 'is no time',
      advice: 'Write date, time and zone: `2026-07-03T18:00:00Z`.',
    }),
    'When, for freezes: `2026-07-03T18:00:00Z`.',
  ),
});

const expectation: Shape<WrittenExpectation> = record({
  deny: optional(
    words('a text'),
    'Parts of the messages by which guards hold the run, those about too many deletions included. All of them; `[]` for none.',
  ),
  warn: optional(words('a text'), 'Parts of the warnings. All of them; `[]` for none.'),
  approvals: optional(
    listOf(
      record({
        count: optional(integer(1, 1000), 'How many people; 1 if absent.'),
        from: optional(
          words('a group, a member or an owner'),
          '`group:NAME`, `member:NAME`, or owners as CODEOWNERS writes them. Anybody if absent.',
        ),
      }),
      { maxItems: 200 },
    ),
    'All that is asked, in any order; `[]` for nobody.',
  ),
  approved: optional(flag(), 'Whether those of `approvedBy` are enough.'),
  frozen: optional(flag(), 'Whether nothing may be applied at `at`.'),
});

const test: Shape<WrittenTest> = record({
  name: required(text({ is: 'a text' }), 'What it is about, for people.'),
  stack: required(text({ is: 'a name' }), 'Whose rules are asked: a name, not a pattern.'),
  given: required(given, 'The plan, and what is around it.'),
  expect: required(expectation, 'What the rules make of it.'),
});

const version = 'trueup.dev/v1';

interface FileMembers {
  readonly apiVersion: Member<string, true>;
  readonly members: Member<readonly WrittenMember[], false>;
  readonly tests: Member<readonly WrittenTest[], true>;
}

export const fileMembers: FileMembers = {
  apiVersion: required(
    text({
      is: 'a version',
      check: (one) => (one === version ? undefined : 'is a version that is not known'),
      advice: `Write \`apiVersion: ${version}\`.`,
      schema: { const: version },
    }),
    `The version of this format: \`${version}\`.`,
  ),
  members: optional(listOf(member, { maxItems: 1000 }), 'People who may approve.'),
  tests: required(listOf(test, { minItems: 1, maxItems: 1000 }), 'What is expected of the rules.'),
};

/** JSON Schema 2020-12 of the file, for editors. */
export function ruleTestSchema(): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://trueup.dev/schema/v1/rule-tests.schema.json',
    title: 'Tests for the rules of trueup.yaml',
    description: 'What the rules have to make of a plan. Run by `trueup rule test`.',
    ...schemaOf(fileMembers),
  };
}
