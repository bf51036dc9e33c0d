import { describe, expect, it } from 'vitest';

import type { RunReport } from './observe/run-report.ts';
import { explainEnd, explainRoom, explainUnreadable } from './translate-errors.ts';

const mask = (text: string): string => text.replaceAll('hunter2', '***');

function report(given: Partial<RunReport>): RunReport {
  return {
    end: { kind: 'exited', exitCode: 0 },
    said: '',
    malformed: 0,
    blindPlays: [],
    core: '2.21.5',
    plays: [],
    emptyPlays: [],
    results: new Map(),
    begun: new Set(),
    secrets: [],
    outputs: {},
    hiddenOutputs: [],
    ...given,
  };
}

const counts = { changed: 0, failures: 0, unreachable: 0 };

describe('the end of a run', () => {
  it('is none when something was told of a host, whatever the exit code', () => {
    const stats = new Map([['web-1', { ...counts, failures: 1 }]]);

    expect(
      explainEnd(report({ stats, end: { kind: 'exited', exitCode: 4 } }), mask),
    ).toBeUndefined();
  });

  it.each([
    ['a success without hosts', { stats: new Map(), emptyPlays: ['base'] }, 'ANSIBLE_NO_HOSTS'],
    ['a success that did nothing', { stats: new Map() }, 'ANSIBLE_NOTHING_RAN'],
    ['a success without an end', {}, 'ANSIBLE_REFUSED'],
    ['a kill', { end: { kind: 'killed', signal: 'SIGKILL' } as const }, 'ANSIBLE_KILLED'],
    ['a limit of time', { end: { kind: 'timed-out' } as const }, 'ANSIBLE_TIMEOUT'],
  ])('is an error after %s', (_name, given, code) => {
    expect(explainEnd(report(given), mask)).toMatchObject({ code });
  });

  it('repeats no secret of what was printed', () => {
    const said = '[ERROR]: the word hunter2 is wrong\n';

    expect(explainEnd(report({ said }), mask)?.message).toContain('the word *** is wrong');
  });
});

describe('a disk that is full', () => {
  it('is worth another try, and says so without a path', () => {
    const error = Object.assign(new Error('ENOSPC: no space, write /private/key'), {
      code: 'ENOSPC',
    });

    expect(explainRoom(error)).toMatchObject({ family: 'transient', code: 'ANSIBLE_NO_SPACE' });
    expect(explainRoom(error)?.message).not.toContain('/private');
    expect(explainRoom(new Error('a bug'))).toBeUndefined();
  });
});

describe('a playbook that is not read', () => {
  it('is named by older releases too', () => {
    const said =
      "ERROR! conflicting action statements: copy, file\n\nThe error appears to be in 'hosts/site.yaml': line 3, column 7, but may\nbe elsewhere";

    expect(explainUnreadable(report({ said }), mask)).toMatchObject({
      summary: 'conflicting action statements: copy, file',
      origin: { file: 'hosts/site.yaml', line: 3, column: 7 },
    });
  });

  it('is named with line and column', () => {
    const said =
      '[ERROR]: conflicting action statements: copy, file\nOrigin: hosts/site.yaml:3:7\n\n3 ...\n';

    expect(explainUnreadable(report({ said }), mask)).toMatchObject({
      summary: 'conflicting action statements: copy, file',
      origin: { file: 'hosts/site.yaml', line: 3, column: 7 },
    });
  });
});
