/** Reads a file of tests for the rules. It never throws: what is wrong is told, all of it at once. */
import { type Diagnostic, type FieldPath, parseFieldPath } from '@trueup/diagnostics';
import { type Change, formatResourceId, type Gap } from '@trueup/provider-sdk';

import type { ParsedFile } from '../configuration/configuration.ts';
import { type Findings, originOf, reportAt, topOf } from '../configuration/place.ts';
import { readMembers } from '../configuration/shape.ts';
import { noMergeRequest } from '../rules/condition.ts';
import type { KnownMember } from '../rules/objection.ts';
import type { RuleTest, RuleTestGiven } from './rule-test.ts';
import {
  fileMembers,
  type WrittenChange,
  type WrittenGiven,
  type WrittenMember,
  type WrittenTest,
} from './rule-test-shape.ts';

export interface ParsedRuleTests {
  /** None where something is wrong with the file: half of the tests would look like all of them. */
  readonly tests: readonly RuleTest[];
  readonly diagnostics: readonly Diagnostic[];
}

export function parseRuleTests(file: ParsedFile): ParsedRuleTests {
  const findings: Findings = { file, diagnostics: [] };
  const { values, complete } = readMembers(topOf(findings), fileMembers);
  const { tests = [], members = [] } = values;
  for (const [index, { expect }] of tests.entries()) {
    if (Object.keys(expect).length > 0) continue;
    reportAt(findings, ['tests', index, 'expect'], {
      code: 'RULE_TEST_EXPECTS_NOTHING',
      summary: `\`tests\`[${index}]: expects nothing, so it can never fail`,
      advice: 'Say what is denied, warned of, asked for, approved or frozen.',
    });
  }
  const { diagnostics } = findings;
  if (!complete || diagnostics.some(({ severity }) => severity === 'error')) {
    return { tests: [], diagnostics };
  }
  const people = members.map(toMember);
  return { tests: tests.map((one, index) => toTest(one, { file, index, people })), diagnostics };
}

interface TestPlace {
  readonly file: ParsedFile;
  readonly index: number;
  readonly people: readonly KnownMember[];
}

function toTest(written: WrittenTest, { file, index, people }: TestPlace): RuleTest {
  const { name, stack, given, expect } = written;
  const { approvals, ...rest } = expect;
  return {
    name,
    origin: originOf(file, ['tests', index, 'expect']),
    given: toGiven(stack, given, people),
    expect: {
      ...rest,
      ...(approvals && {
        approvals: approvals.map(({ count = 1, from = [] }) => ({ count, from })),
      }),
    },
  };
}

function toGiven(
  name: string,
  written: WrittenGiven,
  people: readonly KnownMember[],
): RuleTestGiven {
  const { stack = {}, changes, mergeRequest, at } = written;
  const steps = changes.map(toChange);
  return {
    stack: { name, repository: '', path: '', target: '', provider: '', ...stack },
    purpose: written.purpose ?? 'revision',
    changes: steps,
    gaps: (written.gaps ?? []).map((gap): Gap => ({ extent: 'partial', ...gap })),
    owned: written.owned ?? steps.length,
    mergeRequest: mergeRequest
      ? { ...noMergeRequest, known: true, ...mergeRequest }
      : noMergeRequest,
    paths: written.paths ?? [],
    authors: (written.authors ?? []).map((one) => (one.includes(':') ? one : `commit:${one}`)),
    members: people,
    approvedBy: written.approvedBy ?? [],
    ...(at !== undefined && { atMs: Date.parse(at) }),
  };
}

function toChange(written: WrittenChange): Change {
  const [kind = '', scope = '', ...name] = written.id.split('/');
  const { fields = [] } = written;
  return {
    id: formatResourceId({ kind, scope, name: name.join('/') }),
    action: written.action,
    confidence: written.confidence ?? 'certain',
    hazards: written.hazards ?? [],
    cause: written.cause ?? 'revision',
    fields: fields.map(({ path, sensitive = false, ...sides }) => ({
      path: toPath(path),
      sensitive,
      ...sides,
    })),
    position: { wave: 0, rank: 0 },
    dependsOn: [],
  };
}

/** The shape has let through only what is one. */
function toPath(written: string): FieldPath {
  return parseFieldPath(written) ?? [];
}

function toMember({ name, groups = [], emails = [], identities = [] }: WrittenMember): KnownMember {
  return { name, grants: [{ role: 'approver' }], groups, emails, identities };
}
