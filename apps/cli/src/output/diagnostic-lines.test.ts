import { describe, expect, it } from 'vitest';

import type { DiagnosticReport } from '../report/plan-report.ts';
import { diagnosticLines } from './diagnostic-lines.ts';
import { paint, plainLook } from './paint.ts';

const sources: Readonly<Record<string, string>> = {
  'trueup.yaml:3': '    afer: [x]',
  'wide.yaml:1': '東京: x',
  'evil.yaml:1': 'a: \u001b[2J',
};

describe('a diagnostic', () => {
  it.each<[string, DiagnosticReport, readonly string[]]>([
    [
      'points at the place, and says what to do',
      {
        severity: 'error',
        code: 'CONFIG_MEMBER_UNKNOWN',
        path: 'stacks.afer',
        origin: { file: 'trueup.yaml', line: 3, column: 5 },
        summary: '`afer` is not known',
        advice: 'Did you mean `after`?',
      },
      [
        'trueup.yaml:3:5: error CONFIG_MEMBER_UNKNOWN: `afer` is not known',
        '  3 │     afer: [x]',
        '    │     ^',
        '  = Did you mean `after`?',
      ],
    ],
    [
      'points below characters that are wide',
      {
        severity: 'warning',
        code: 'X_Y',
        path: '',
        origin: { file: 'wide.yaml', line: 1, column: 5 },
        summary: 's',
      },
      ['wide.yaml:1:5: warning X_Y: s', '  1 │ 東京: x', '    │       ^'],
    ],
    [
      'quotes nothing that a terminal would obey',
      {
        severity: 'error',
        code: 'X_Y',
        path: '',
        origin: { file: 'evil.yaml', line: 1 },
        summary: 'bad \u001b[31m',
      },
      ['evil.yaml:1: error X_Y: bad \\x1b[31m', '  1 │ a: \\x1b[2J'],
    ],
    [
      'does without a file',
      { severity: 'error', code: 'X_Y', path: 'spec.replicas', summary: 'is too large' },
      ['spec.replicas: error X_Y: is too large'],
    ],
  ])('%s', (_name, diagnostic, lines) => {
    const found = diagnosticLines([diagnostic], (file, line) => sources[`${file}:${line}`]);

    expect(paint(found, plainLook).trimEnd().split('\n')).toEqual(lines);
  });

  it('counts what is too much, and leaves no error out for a warning', () => {
    const many = ['warning', 'error', 'warning', 'error'].map((severity, index) => ({
      severity: severity === 'error' ? ('error' as const) : ('warning' as const),
      code: 'X_Y',
      path: String(index),
      summary: 's',
    }));

    const cut = paint(
      diagnosticLines(many, () => undefined, 2),
      plainLook,
    );
    const whole = paint(
      diagnosticLines(many, () => undefined, 4),
      plainLook,
    );

    expect(cut).toContain('1: error X_Y: s\n\n3: error X_Y: s\n\n… 2 more of them');
    expect(whole).toContain('0: warning X_Y: s\n\n1: error');
    expect(whole).not.toContain('more of them');
  });
});
