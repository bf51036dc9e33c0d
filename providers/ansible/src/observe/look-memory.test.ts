import { formatResourceId, type Prepared } from '@trueup/provider-sdk';
import { createMasker } from '@trueup/secrets';
import { describe, expect, it } from 'vitest';

import { type Look, toObserved } from './look-at-stack.ts';
import { LookMemory } from './look-memory.ts';

const id = formatResourceId({ kind: 'copy', scope: 'web-1', name: 'base / motd' });
const target = { name: 'racks', settings: {} };

function prepared(text: string): Prepared {
  return { resources: [], inputsRead: [], diagnostics: [], bundle: Buffer.from(text) };
}

function look(state: 'right' | 'differs'): Look {
  const report = {} as Look['report'];
  const bundle = { outputs: {} } as unknown as Look['bundle'];
  return {
    bundle,
    report,
    tasks: [{ id, host: 'web-1', state }],
    masker: createMasker([]),
    secrets: [],
  };
}

function observed(one: Look) {
  return one.tasks.flatMap((task) => toObserved(task, new Date(0)) ?? []);
}

describe('the look behind an observation', () => {
  it('serves the plan that follows, once', () => {
    const looks = new LookMemory();
    const seen = look('right');
    looks.keep(prepared('a'), target, seen);

    expect(looks.take(prepared('a'), target, observed(seen))).toBe(seen);
    expect(looks.take(prepared('a'), target, observed(seen))).toBeUndefined();
  });

  it('does not serve a plan of something else, or of another observation', () => {
    const looks = new LookMemory();
    looks.keep(prepared('a'), target, look('right'));

    expect(looks.take(prepared('b'), target, [])).toBeUndefined();
    expect(looks.take(prepared('a'), { ...target, name: 'others' }, [])).toBeUndefined();
    expect(looks.take(prepared('a'), target, observed(look('differs')))).toBeUndefined();
  });

  it('is forgotten when something was changed', () => {
    const looks = new LookMemory();
    looks.keep(prepared('a'), target, look('right'));
    looks.forget();

    expect(looks.take(prepared('a'), target, [])).toBeUndefined();
  });
});
