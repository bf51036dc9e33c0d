import type { JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import type { LiveEvent } from '../store/live-event.ts';
import { toFacts } from './to-facts.ts';

let sequence = 0;

function event(type: string, body: JsonObject = {}, stack = 'infra/shop'): LiveEvent {
  sequence += 1;
  return { sequence, at: '2026-01-01T00:00:00Z', type, repository: 'infra', stack, body };
}

function news(events: readonly LiveEvent[]): readonly string[] {
  return toFacts(events).facts.map(({ event: name, subject, text }) =>
    `${name} ${subject} ${text}`.trim(),
  );
}

describe('toFacts', () => {
  it('tells what stands in the catalogue, and nothing else', () => {
    const found = news([
      event('run:planning', { run: 'r1' }),
      event('run:failed', { run: 'r1', revision: 'a'.repeat(40), failure: 'no such image' }),
      event('drift:opened', { resource: 'Deployment/shop/web', action: 'update' }),
      event('constructor'),
      event('alert:test'),
    ]);

    expect(found).toEqual([
      'run:failed infra/shop revision aaaaaaaaaaaa, run r1, no such image',
      'drift:opened infra/shop Deployment/shop/web, update',
    ]);
  });

  it('takes a failure of the same revision for the same news, and each success for its own', () => {
    const [first, again, other] = toFacts([
      event('run:failed', { run: 'r1', revision: 'a', failure: 'x' }),
      event('run:failed', { run: 'r2', revision: 'a', failure: 'x' }),
      event('run:failed', { run: 'r3', revision: 'b', failure: 'x' }),
    ]).facts;
    const [one, two] = toFacts([
      event('run:succeeded', { run: 'r1', revision: 'a' }),
      event('run:succeeded', { run: 'r2', revision: 'a' }),
    ]).facts;

    expect(again?.about).toBe(first?.about);
    expect(other?.about).not.toBe(first?.about);
    expect(two?.about).not.toBe(one?.about);
  });

  it('tells of health only what people did not expect', () => {
    const changed = (after: string) => event('health:changed', { before: 'unknown', after });

    expect(news([changed('current'), changed('in-progress')])).toEqual([]);
    expect(news([changed('failed'), changed('in-progress'), changed('current')])).toEqual([
      'health:failed infra/shop',
      'health:recovered infra/shop',
    ]);
    expect(news([changed('failed'), event('run:succeeded', { run: 'r1' })])).toEqual([
      'health:failed infra/shop',
      'run:succeeded infra/shop run r1',
      'health:recovered infra/shop',
    ]);
  });

  it('goes on with what it knew of health before', () => {
    const { unhealthy } = toFacts([event('health:changed', { after: 'failed' })]);

    const later = toFacts([event('health:changed', { after: 'current' })], unhealthy);

    expect([...unhealthy]).toEqual(['infra/shop']);
    expect(later.facts.map(({ event: name }) => name)).toEqual(['health:recovered']);
    expect([...later.unhealthy]).toEqual([]);
  });

  it('reads only texts and numbers of its own out of a body', () => {
    const body: JsonObject = JSON.parse(
      '{"__proto__":{"failure":"no"},"run":{"a":1},"done":"1","failure":["x"]}',
    );

    expect(news([event('run:failed', body)])).toEqual(['run:failed infra/shop']);
  });
});
