/** The traps of the field notes, on the plan of one playbook: as recorded from the real tool, and on the tool itself. */
import type { Change, Plan, Prepared } from '@trueup/provider-sdk';
import { reveals } from '@trueup/provider-sdk/testing';
import { beforeAll, describe, expect, it } from 'vitest';

import { trapWord, vaultedWord, vaultPassword } from './trap-playbook.ts';

export interface TrapCase {
  readonly prepared: Prepared;
  readonly plan: Plan;
}

export function describeTraps(name: string, open: () => Promise<TrapCase>): void {
  describe(`${name}: a plan`, () => {
    let prepared: Prepared;
    let plan: Plan;
    beforeAll(async () => {
      ({ prepared, plan } = await open());
    });
    const changeOf = (task: string): Change | undefined =>
      plan.changes.find(({ id }) => decodeURIComponent(id).endsWith(`traps / ${task}`));
    const gapsOf = (task: string): readonly string[] =>
      plan.coverage.gaps
        .filter(({ subject }) => decodeURIComponent(subject ?? '').endsWith(`traps / ${task}`))
        .map(({ extent }) => extent);

    it('comes from events, never from the exit code, which is 0 where tasks would change', () => {
      expect(prepared.diagnostics).toEqual([]);
      expect(plan.changes.filter(({ action }) => action !== 'none').length).toBeGreaterThan(8);
    });

    it('records which ansible-core made it', () => {
      expect(prepared.tool?.version).toMatch(/^2\.\d+/);
      expect(prepared.inputsRead.map((one) => one.name)).toContain('tool:ansible-core');
    });

    it('shows no secret, whether from an input or from a vault, in any difference', () => {
      const { artifact: _artifact, ...shown } = plan;
      const secrets = [trapWord, vaultedWord, vaultPassword];
      for (const secret of secrets) expect(reveals(shown, secret)).toBe(false);
      for (const task of ['secret file', 'from the vault']) {
        expect(changeOf(task)).toMatchObject({
          action: 'create',
          fields: [{ path: [], sensitive: true }],
        });
      }
    });

    it('says of `no_log` that something changes, and nothing else', () => {
      const change = changeOf('no log');
      expect(change).toMatchObject({
        action: 'update',
        fields: [{ path: ['state'], unknown: true, sensitive: true }],
      });
      expect(gapsOf('no log')).toEqual(['partial']);
    });

    it('says of `diff: false` that it does not know which change', () => {
      expect(changeOf('diff off')).toMatchObject({
        action: 'update',
        confidence: 'predicted',
        fields: [{ unknown: true }],
      });
    });

    it('reads attributes, which are objects, as well as contents, which are text', () => {
      const attributes = changeOf('attributes')?.fields ?? [];
      expect(attributes).toMatchObject([{ before: '0644', after: '0640' }]);
      expect(attributes[0]?.path.at(-1)).toBe('mode');
      expect(changeOf('content')?.fields[0]).toMatchObject({
        before: 'before\n',
        after: 'after\n',
      });
    });

    it('names no temporary file', () => {
      expect(JSON.stringify(plan.changes)).not.toMatch(/ansible-tmp|\.ansible/);
    });

    it('does not take an ignored failure for one', () => {
      expect(changeOf('fails and is ignored')?.action ?? 'none').toBe('none');
      expect(JSON.stringify(plan.diagnostics)).not.toContain('fails and is ignored');
    });

    it('warns of what runs for real in check mode', () => {
      const warned = plan.diagnostics.filter(({ code }) => code === 'ANSIBLE_RUNS_IN_CHECK');
      expect(warned.map(({ summary }) => summary).join()).toContain('traps / probe');
    });

    it('holds every item of a loop, which is one event', () => {
      expect(changeOf('lines')?.fields.length ?? 0).toBeGreaterThanOrEqual(2);
    });

    it('has nothing to do where a condition leaves a task out', () => {
      expect(changeOf('only elsewhere')?.action).toBe('none');
    });

    it('shows a command as opaque, never as no change', () => {
      expect(changeOf('command')).toMatchObject({
        action: 'execute',
        executes: 'always',
        confidence: 'opaque',
      });
      expect(gapsOf('command')).toEqual(['opaque']);
    });

    it('shows a command with `creates` as a change that is predicted', () => {
      expect(changeOf('bounded command')).toMatchObject({
        action: 'update',
        confidence: 'predicted',
      });
    });

    it('is less sure of everything after a command', () => {
      expect(changeOf('secret file')?.confidence).toBe('certain');
      expect(changeOf('after the command')?.confidence).toBe('predicted');
    });

    it('says that a notified handler would run', () => {
      expect(changeOf('handler: reload')).toMatchObject({ action: 'execute' });
    });

    it('is incomplete, not broken, where check mode fails', () => {
      const failed = plan.diagnostics.filter(({ code }) => code === 'ANSIBLE_CHECK_FAILED');
      expect(failed).toMatchObject([{ severity: 'warning', origin: { file: 'hosts/site.yaml' } }]);
      expect(changeOf('needs what is not there')).toMatchObject({ confidence: 'opaque' });
      expect(plan.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    });

    it('tells of the tasks that a failure hides, which come without a word', () => {
      expect(changeOf('not reached')).toMatchObject({ action: 'execute', confidence: 'opaque' });
      expect(gapsOf('not reached')).toEqual(['opaque']);
    });

    it('does not take a rescued failure for one', () => {
      const failed = plan.diagnostics.filter(({ code }) => code === 'ANSIBLE_CHECK_FAILED');
      expect(JSON.stringify(failed)).not.toContain('fails and is rescued');
    });

    it('scores how much was looked into', () => {
      const score = plan.coverage.gaps.find(({ subject }) => subject === undefined);
      expect(score?.message).toMatch(/^\d+ of \d+ steps on 1 hosts were looked into \(\d+ %\)$/);
    });

    it('leaves out facts and what else leaves nothing', () => {
      expect(JSON.stringify(plan.changes)).not.toMatch(/Gathering|rescues/);
      expect(JSON.stringify(prepared.resources)).not.toMatch(/Gathering|rescues/);
    });
  });
}
