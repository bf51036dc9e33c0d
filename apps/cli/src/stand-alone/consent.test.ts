import { describe, expect, it } from 'vitest';

import type { Cli } from '../command.ts';
import { paint, plainLook } from '../output/paint.ts';
import { createPrinter } from '../output/printer.ts';
import type { PlanReport } from '../report/plan-report.ts';
import { fakeSurroundings } from '../testing/fake-surroundings.ts';
import { sampleChange, samplePlan } from '../testing/sample-plans.ts';
import { askConsent, type ConsentFlags } from './consent.ts';

const harmless = samplePlan({ changes: [sampleChange('ConfigMap/shop/a', { action: 'create' })] });
const finding = { guard: 'max-deletions', severity: 'error', message: 'Too many.' } as const;
const deletion = samplePlan({
  changes: ['a', 'b'].map((name) => sampleChange(`ConfigMap/shop/${name}`, { action: 'delete' })),
  findings: [finding],
});
const denied = samplePlan({
  changes: [sampleChange('ConfigMap/shop/a', { action: 'update' })],
  findings: [{ guard: 'deny', severity: 'error', message: 'Ask ops.' }],
});
const warned = samplePlan({
  changes: [sampleChange('ConfigMap/shop/a', { action: 'update' })],
  findings: [{ guard: 'warn', severity: 'warning', message: 'Careful.' }],
});
const takeOver = samplePlan({
  changes: [sampleChange('ConfigMap/shop/a', { action: 'take-over' })],
});

describe('consent', () => {
  it.each<[string, PlanReport, ConsentFlags, boolean]>([
    ['is not there by itself', harmless, {}, false],
    ['of a script is --yes', harmless, { yes: true }, true],
    ['to deletions that a guard found is more than --yes', deletion, { yes: true }, false],
    ['to fewer deletions does not do', deletion, { yes: true, allowDeletions: '1' }, false],
    ['to as many deletions does', deletion, { yes: true, allowDeletions: '2' }, true],
    ['to deletions alone is not --yes', deletion, { allowDeletions: '2' }, false],
    ['to what a rule denies is more than --yes', denied, { yes: true }, false],
    [
      'to deletions is none to what a rule denies',
      denied,
      { yes: true, allowDeletions: '9' },
      false,
    ],
    ['to what a rule denies', denied, { yes: true, overruleGuards: true }, true],
    ['to deletions is not --overrule-guards', deletion, { yes: true, overruleGuards: true }, false],
    ['to a warning is --yes', warned, { yes: true }, true],
    ['to a take-over is more than --yes', takeOver, { yes: true }, false],
    ['to a take-over is --take-over', takeOver, { yes: true, takeOver: true }, true],
  ])('%s', async (_name, plan, flags, given) => {
    const { cli } = cliWith([]);

    const consent = await askConsent(cli, [plan], flags);

    expect(consent.given).toBe(given);
  });

  it.each<[string, readonly string[], boolean, number]>([
    ['to all of it', ['y', 'yes'], true, 2],
    ['to the whole, not to the guard', ['n', 'y'], false, 1],
    ['to the guard, not to the whole', ['y', ''], false, 2],
  ])('at a terminal is asked for each concern: %s', async (_name, answers, given, questions) => {
    const { cli, asked } = cliWith(answers);

    const consent = await askConsent(cli, [deletion], {});

    expect(consent.given).toBe(given);
    expect(asked).toHaveLength(questions);
  });

  it('says what to do where it lacks', async () => {
    const { cli } = cliWith([]);

    const consent = await askConsent(cli, [takeOver], { yes: true });

    expect(consent.given ? '' : paint([consent.why], plainLook)).toContain('--take-over');
  });

  it('to a number of deletions takes a number', async () => {
    const { cli } = cliWith([]);

    await expect(askConsent(cli, [deletion], { allowDeletions: 'all' })).rejects.toThrow(
      '--allow-deletions all: it is no number.',
    );
  });
});

function cliWith(answers: readonly string[]): { readonly cli: Cli; readonly asked: string[] } {
  const asked: string[] = [];
  const ask = async (question: string): Promise<string> => {
    asked.push(question);
    return answers[asked.length - 1] ?? '';
  };
  const surroundings = fakeSurroundings({ ask: answers.length > 0 ? ask : undefined });
  const printer = createPrinter(surroundings, { format: 'text', color: false });
  const unused = (): never => {
    throw new Error('not used');
  };
  return { cli: { surroundings, printer, openProgress: unused, describeAll: unused }, asked };
}
