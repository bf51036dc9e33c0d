import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { alertEventNames, alertEvents, eventPatterns, matchesEvent } from './alert-event.ts';

const guide = join(import.meta.dirname, '../../../../docs/guides/alerts.md');

describe('the catalogue of events', () => {
  it('is what the guide lists', () => {
    const rows = [...readFileSync(guide, 'utf8').matchAll(/^\| `([a-z-]+:[a-z-]+)` \| (.*) \|$/gm)];

    expect(rows.map(([, name, says]) => [name, says])).toEqual(
      Object.entries(alertEvents).map(([name, { says }]) => [name, says]),
    );
  });

  it('has a pattern for each noun', () => {
    expect(eventPatterns).toContain('merge-request:*');
    expect(eventPatterns).not.toContain('*');
    for (const name of alertEventNames) expect(eventPatterns).toContain(name);
  });

  it.each([
    ['run:failed', ['run:failed'], true],
    ['run:failed', ['drift:opened', 'run:*'], true],
    ['run:failed', ['run:held', 'drift:*'], false],
    ['run:failed', [], false],
  ] as const)('%s is meant by %j: %s', (name, patterns, meant) => {
    expect(matchesEvent(name, patterns)).toBe(meant);
  });
});
