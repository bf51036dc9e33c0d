import { formatResourceId } from '@trueup/provider-sdk';
import { createMasker } from '@trueup/secrets';
import { describe, expect, it } from 'vitest';

import type { TaskDiff, TaskResult } from '../client/parse-event.ts';
import { readDiffs, rootOf } from './read-diffs.ts';

const secret = 'the whole of a secret word';
const id = formatResourceId({ kind: 'copy', scope: 'web-1', name: 'base / key' });

function read(...diffs: readonly TaskDiff[]) {
  const result = { diffs, censored: false } as unknown as TaskResult;
  const context = {
    masker: createMasker([secret]),
    secrets: [secret],
    seal: (value: unknown) => `sealed:${JSON.stringify(value).length}`,
  };
  return { fields: readDiffs(id, result, context), root: rootOf(id, result, context) };
}

describe('a difference', () => {
  it('is sealed on both sides when one of them holds a secret', () => {
    const { fields, root } = read({
      before: { text: 'word=an older word' },
      after: { text: `word=${secret}` },
      header: '/etc/key',
      absent: false,
    });

    expect(fields).toMatchObject([{ path: ['/etc/key'], sensitive: true }]);
    expect(fields[0]?.before).toMatch(/^sealed:/);
    expect(fields[0]?.after).toMatch(/^sealed:/);
    expect(root).toMatchObject({ sensitive: true });
  });

  it('is sealed as well when it is cut off in the middle of a secret', () => {
    const { fields } = read({
      after: { text: `long text ${secret.slice(0, 9)}`, digest: 'abc' },
      absent: true,
    });

    expect(fields).toMatchObject([{ sensitive: true }]);
    expect(JSON.stringify(fields)).not.toContain(secret.slice(0, 9));
  });

  it('differs beyond what is shown of it', () => {
    const side = (digest: string) => ({ text: 'the same beginning', digest });
    const { fields: one } = read({ before: side('a'), after: side('b'), absent: false });
    const { fields: other } = read({ before: side('a'), after: side('c'), absent: false });

    expect(one).not.toEqual(other);
  });

  it('of attributes names the attribute', () => {
    const { fields } = read({
      before: { text: '{"mode":"0644","path":"/etc/motd"}' },
      after: { text: '{"mode":"0600","path":"/etc/motd"}' },
      absent: false,
    });

    expect(fields).toEqual([
      { path: ['content', 'mode'], before: '0644', after: '0600', sensitive: false },
    ]);
  });

  it('that shows nothing is a field that is not known', () => {
    expect(read().fields).toEqual([{ path: ['state'], unknown: true, sensitive: false }]);
  });
});
