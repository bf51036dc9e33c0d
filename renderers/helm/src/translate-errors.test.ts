import { TransientError } from '@trueup/diagnostics';
import type { ProgramEnd } from '@trueup/programs';
import { describe, expect, it } from 'vitest';

import { createTemplateLocator } from './output/locate-template.ts';
import { type FailedTemplate, translateFailure } from './translate-errors.ts';

const locator = createTemplateLocator(
  {
    folder: 'c',
    name: 'web',
    version: '1.0.0',
    dependencies: [],
    lock: undefined,
    diagnostics: [],
  },
  ['c/templates/a.yaml', 'c/templates/_b.tpl'],
);

describe('what Helm says', () => {
  it.each([
    [
      'execution error at (web/templates/a.yaml:3:4): set the password,\nnot hunter2',
      'REFUSED c/templates/a.yaml:3:4 the chart refuses to render: set the password, not ***',
    ],
    [
      'template: web/templates/a.yaml:1:3: executing "web/templates/a.yaml" at <include "b" .>: error calling include: template: web/templates/_b.tpl:7:10: executing "b" at <.Values.a.b.c>: nil pointer evaluating interface {}.b',
      'VALUE_MISSING c/templates/_b.tpl:7:10 `.Values.a.b.c` is read, but what it is part of is not set',
    ],
    [
      'template: web/templates/a.yaml:1:3: executing "web/templates/a.yaml" at <b64dec .x>: error calling b64dec: illegal "secret text" at 5',
      'TEMPLATE c/templates/a.yaml:1:3 `b64dec .x` cannot be evaluated: error calling b64dec: illegal … at 5',
    ],
    [
      'web/templates/a.yaml:1:3\n  executing "web/templates/a.yaml" at <include "b" .>:\n    error calling include:\nweb/templates/_b.tpl:7:10\n  executing "b" at <.Values.a.b.c>:\n    nil pointer evaluating interface {}.b',
      'VALUE_MISSING c/templates/_b.tpl:7:10 `.Values.a.b.c` is read, but what it is part of is not set',
    ],
    [
      'web/templates/a.yaml:1:3\n  executing "web/templates/a.yaml" at <include "b" .>:\n    error calling include:\ntemplate: no template "b" associated with template "gotpl"',
      'TEMPLATE c/templates/a.yaml:1:3 `include "b" .` cannot be evaluated: error calling include: template: no template … associated with template …',
    ],
    [
      'parse error at (web/templates/a.yaml:1): function "foo" not defined',
      'TEMPLATE c/templates/a.yaml:1 the template is broken: function … not defined',
    ],
    [
      'YAML parse error on web/templates/a.yaml: error converting YAML to JSON: yaml: line 12: found hunter2',
      'OUTPUT c/templates/a.yaml:1 what the template prints is no valid YAML: look at line 12 of its output',
    ],
    [
      'chart requires kubeVersion: >=1.40 which is incompatible with Kubernetes v1.35.4',
      'KUBERNETES_VERSION c/Chart.yaml:1 the chart is for Kubernetes >=1.40, and the target is v1.35.4',
    ],
    [
      'something new: {"password": "x"} "quoted" hunter2 at the end',
      'FAILED c/Chart.yaml:1 the rendering failed: something new: … … *** at the end',
    ],
    ['', 'FAILED c/Chart.yaml:1 the rendering failed:'],
  ])('as `%s` is told anew', (message, expected) => {
    const text = `coalesce.go:1: warning: hunter2\nError: ${message}\n\nUse --debug flag to render out invalid YAML\n`;

    const told = translateFailure(failed({ stderr: text }));

    const [{ code, origin, summary } = { code: '', origin: undefined, summary: '' }] = told;
    const column = origin?.column === undefined ? '' : `:${origin.column}`;
    const file = `${origin?.file}:${origin?.line}${column}`;
    const what = summary.slice(`${origin?.file}: `.length).trimEnd();
    expect(`${code.replace('RENDER_HELM_', '')} ${file} ${what}`).toBe(expected);
    expect(told).toHaveLength(1);
  });

  it('of a schema becomes one diagnostic for each value', () => {
    const stderr = `Error: values don't meet the specifications of the schema(s) in the following chart(s):
web:
- at '': missing property 'zz'
- at '/a/b': got number, want string
- at '/pw': 'hunter2' does not match pattern '^x'
- old.style: Invalid type. Expected: integer, given: string
- (root): zz is required
`;

    const told = translateFailure(failed({ stderr }));

    expect(
      told.map(({ path, origin, summary }) => [path, origin?.line, summary.split('schema at ')[1]]),
    ).toEqual([
      [[], 1, "``: missing property 'zz'"],
      [['a', 'b'], 3, '`a.b`: got number, want string'],
      [['pw'], 1, '`pw`: … does not match pattern …'],
      [['old', 'style'], 1, '`old.style`: Invalid type. Expected: integer, given: string'],
      [[], 1, '``: zz is required'],
    ]);
  });

  it.each<[ProgramEnd, string]>([
    [{ kind: 'timed-out' }, 'RENDER_HELM_TOO_LONG'],
    [{ kind: 'output-too-long', stream: 'stdout' }, 'RENDER_HELM_TOO_MUCH'],
  ])('may be cut off by %j', (end, code) => {
    expect(translateFailure(failed({ end })).map((one) => one.code)).toEqual([code]);
  });

  it('may end because somebody else killed it', () => {
    const end: ProgramEnd = { kind: 'killed', signal: 'SIGKILL' };

    expect(() => translateFailure(failed({ end }))).toThrow(TransientError);
  });
});

function failed(other: Partial<FailedTemplate>): FailedTemplate {
  const text = '# values\na:\n  b: 5\n';
  const file = { file: 'c/prod.yaml', content: Buffer.from(text), text };
  return {
    end: { kind: 'exited', exitCode: 1 },
    stderr: '',
    chartFile: 'c/Chart.yaml',
    locator,
    values: { files: [file], contents: [], diagnostics: [], secretValues: ['hunter2'] },
    ...other,
  };
}
