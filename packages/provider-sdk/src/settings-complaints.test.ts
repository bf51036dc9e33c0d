import { describe, expect, it } from 'vitest';

import { createSettingsComplaints, namesSecret, quoteName } from './settings-complaints.ts';

const { complain, refuseUnknown } = createSettingsComplaints('toy', 'TOY_SETTINGS');

describe('complaints about settings', () => {
  it('name the provider, and have advice only where there is some', () => {
    expect(complain(['hosts'], 'there is none')).toEqual({
      severity: 'error',
      code: 'TOY_SETTINGS',
      path: ['hosts'],
      summary: 'toy: there is none',
    });
    expect(complain([], 'no object', 'Write one.').advice).toBe('Write one.');
  });

  it('are one for each member that nobody knows, with the name that was meant', () => {
    const settings = { hosts: 1, regstry: 2, ['__proto__x']: 3 };

    const found = refuseUnknown(settings, ['hosts', 'registry'], 'no setting of a target', ['oci']);

    expect(found.map(({ path }) => path)).toEqual([
      ['oci', 'regstry'],
      ['oci', '__proto__x'],
    ]);
    expect(found[0]).toMatchObject({
      summary: 'toy: "regstry" is no setting of a target',
      advice: 'Did you mean `registry`?',
    });
  });

  it('never show a value', () => {
    const [found] = refuseUnknown({ passwrd: 'hunter2' }, ['password'], 'no setting');

    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  it('bound the names that they show, and keep them in one line', () => {
    expect(quoteName('a\nb')).toBe('"a b"');
    expect(quoteName('x'.repeat(1000))).toHaveLength(102);
  });

  it.each([
    [{ secret: 'NAME' }, true],
    [{ secret: 1 }, false],
    ['text', false],
    [null, false],
    [[], false],
  ])('know whether a secret is named: %j', (value, expected) => {
    expect(namesSecret(value)).toBe(expected);
  });
});
