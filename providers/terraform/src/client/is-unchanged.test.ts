import type { JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { isUnchanged, outputNames } from './is-unchanged.ts';

const counts = { add: 0, change: 0, import: 0, remove: 0, forget: 0, operation: 'plan' };
const summary: JsonObject = { type: 'change_summary', changes: counts };
const outputs: JsonObject = { type: 'outputs', outputs: { a: { action: 'noop' } } };
const read = (action: string): JsonObject => ({ type: 'apply_start', hook: { action } });

describe('a plan without changes', () => {
  it('is one of which the tool says so in every line, and by its exit', () => {
    const events = [{ type: 'version' }, read('read'), { type: 'refresh_start' }, summary, outputs];

    expect(isUnchanged(0, events)).toBe(true);
    expect(outputNames(events)).toEqual(['a']);
  });

  it.each<[string, number, readonly JsonObject[]]>([
    ['another exit', 2, [summary]],
    ['a failure', 1, [summary]],
    ['no summary, as of lines that were lost', 0, [outputs]],
    ['a change', 0, [{ type: 'planned_change' }, summary]],
    ['drift that nobody brings back', 0, [{ type: 'resource_drift' }, summary]],
    ['a check that does not hold', 0, [{ type: 'diagnostic', diagnostic: {} }, summary]],
    ['a count', 0, [{ ...summary, changes: { ...counts, forget: 1 } }]],
    ['an output', 0, [summary, { ...outputs, outputs: { a: { action: 'update' } } }]],
    ['an output of an unknown kind', 0, [summary, { ...outputs, outputs: { a: {} } }]],
    ['a hook that is no reading', 0, [read('create'), summary]],
    ['a line of a later version', 0, [{ type: 'deferred_change' }, summary]],
    ['a line without a type', 0, [{}, summary]],
  ])('is not taken for one with %s', (_what, exitCode, events) => {
    expect(isUnchanged(exitCode, events)).toBe(false);
  });
});
