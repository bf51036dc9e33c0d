import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseEvent } from './parse-event.ts';

describe('a line of the plug-in', () => {
  it.each([
    '',
    'no JSON',
    '{"e":"result"',
    '[]',
    '7',
    '{"e":"__proto__"}',
    '{"e":"result","host":"a"}',
  ])('is no event when it is %j', (line) => {
    expect(parseEvent(line, '/w/')).toBeUndefined();
  });

  it('names files as the repository does, and those of others not at all', () => {
    const line = (file: string) =>
      JSON.stringify({ e: 'result', host: 'a', task: 't', status: 'ok', file, line: 3 });

    expect(parseEvent(line('/w/hosts/site.yaml'), '/w/')).toMatchObject({
      file: 'hosts/site.yaml',
    });
    expect(parseEvent(line('/usr/lib/ansible/x.yaml'), '/w/')).toMatchObject({ file: '' });
  });

  it('is read without a throw, whatever somebody prints', () => {
    const kinds = ['result', 'tasks', 'stats', 'secrets'];
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...kinds), (value, e) => {
        const known = { e, host: 'a', task: 'b', status: 'ok' };
        const shapes = [value, { ...Object(value), e }, { ...known, diffs: value, hosts: value }];
        for (const shape of shapes) {
          expect(() => parseEvent(JSON.stringify(shape), '/w/')).not.toThrow();
        }
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});
