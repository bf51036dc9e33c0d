/**
 * What Helm says → diagnostics. Its messages repeat values and pieces of templates: known ones are
 * told anew, and of what a chart's author says himself, by `required` and `fail`, the values under
 * names of secrets are masked.
 */
import { type Diagnostic, type Origin, TransientError } from '@trueup/diagnostics';
import { locateField } from '@trueup/manifests';
import type { ProgramEnd } from '@trueup/programs';

import type { Values } from './chart/read-values.ts';
import type { TemplateLocator } from './output/locate-template.ts';

export interface FailedTemplate {
  readonly end: ProgramEnd;
  readonly stderr: string;
  /** `Chart.yaml` of the stack: where a diagnostic points that has no better place. */
  readonly chartFile: string;
  readonly locator: TemplateLocator;
  readonly values: Values;
}

/** @throws TransientError `RENDER_HELM_KILLED` when somebody else ended the program. */
export function translateFailure(failed: FailedTemplate): readonly Diagnostic[] {
  const { end, stderr } = failed;
  switch (end.kind) {
    case 'killed':
      throw new TransientError('RENDER_HELM_KILLED', `helm: killed by ${end.signal}`);
    case 'timed-out':
      return [
        report(failed, { code: 'RENDER_HELM_TOO_LONG', what: 'the rendering took too long' }),
      ];
    case 'output-too-long':
      // Only a trace of what broke the program itself is that long.
      if (end.stream === 'stderr') return [report(failed, tell(failed, messageOf(stderr)))];
      return [report(failed, { code: 'RENDER_HELM_TOO_MUCH', what: 'the chart prints too much' })];
    case 'exited': {
      const text = messageOf(stderr);
      const violations = tellViolations(failed, text);
      return violations.length > 0 ? violations : [report(failed, tell(failed, text))];
    }
  }
}

interface Finding {
  readonly code: string;
  readonly what: string;
  readonly advice?: string;
  readonly origin?: Origin;
}

interface Rule {
  readonly pattern: RegExp;
  readonly code: string;
  /** The groups `file`, `line` and `column` say where; the others may be told once masked. */
  readonly what: (groups: Readonly<Record<string, string | undefined>>) => string;
  readonly advice?: string;
}

const place = String.raw`(?<file>[^\s:()"]+):(?<line>\d+)(?::(?<column>\d+))?`;

/** As programs in Go say it; a template that includes itself for ever ends so as well. */
const outOfMemory =
  /(?:fatal error|runtime): .{0,60}(?:out of memory|cannot allocate memory)|stack overflow|goroutine stack exceeds/;

/** In order; of several places in one message the last one is the innermost. */
const rules: readonly Rule[] = [
  {
    pattern: outOfMemory,
    code: 'RENDER_HELM_TOO_MUCH',
    what: () => 'the rendering needs more memory than it may have',
  },
  {
    pattern: new RegExp(String.raw`execution error at \(${place}\): (?<message>.*)`, 's'),
    code: 'RENDER_HELM_REFUSED',
    what: ({ message = '' }) => `the chart refuses to render: ${message}`,
    advice: 'Set what it asks for, in a file of `values` or by `set`.',
  },
  {
    pattern: new RegExp(String.raw`parse error at \(${place}\): (?<message>.*)`),
    code: 'RENDER_HELM_TEMPLATE',
    what: ({ message = '' }) => `the template is broken: ${withoutQuotes(message)}`,
  },
  {
    pattern: new RegExp(
      `.*template: ${place}: executing "[^"]*" at <(?<expression>[^>]{1,200})>: nil pointer evaluating`,
      's',
    ),
    code: 'RENDER_HELM_VALUE_MISSING',
    what: ({ expression = '' }) => `\`${expression}\` is read, but what it is part of is not set`,
    advice: 'Set it in a file of `values` or by `set`.',
  },
  {
    pattern: new RegExp(
      `.*template: ${place}: executing "[^"]*" at <(?<expression>[^>]{1,200})>: (?<message>.*)`,
      's',
    ),
    code: 'RENDER_HELM_TEMPLATE',
    what: ({ expression = '', message = '' }) =>
      `\`${expression}\` cannot be evaluated: ${withoutQuotes(message)}`,
  },
  {
    pattern: /YAML parse error on (?<file>[^\s:]+):(?:.*yaml: line (?<printed>\d+))?/s,
    code: 'RENDER_HELM_OUTPUT',
    what: ({ printed }) =>
      `what the template prints is no valid YAML${printed ? `: look at line ${printed} of its output` : ''}`,
    advice: 'Run `helm template --debug` to see it.',
  },
  {
    pattern: /missing in charts\/ directory: (?<names>[\w., -]{1,300})/,
    code: 'RENDER_HELM_DEPENDENCY',
    what: ({ names = '' }) => `these dependencies are not there: ${names.trim()}`,
  },
  {
    pattern:
      /requires kubeVersion: (?<range>.{1,100}?) which is incompatible with Kubernetes (?<version>[\w.+-]{1,60})/,
    code: 'RENDER_HELM_KUBERNETES_VERSION',
    what: ({ range, version }) =>
      `the chart is for Kubernetes ${range}, and the target is ${version}`,
  },
  {
    pattern: /validation: chart\.metadata\.(?<member>\w+) (?:is )?(?<wrong>required|invalid)/,
    code: 'RENDER_HELM_CHART',
    what: ({ member, wrong }) =>
      `\`${member}\` of the chart is ${wrong === 'required' ? 'missing' : wrong}`,
  },
  {
    pattern: /library charts are not installable/,
    code: 'RENDER_HELM_CHART',
    what: () => 'the chart is a library, which renders nothing by itself',
  },
  {
    pattern: /cannot load Chart\.yaml|Chart\.yaml file is missing/,
    code: 'RENDER_HELM_CHART',
    what: () => 'the chart cannot be read',
  },
  {
    pattern: /invalid release name/,
    code: 'RENDER_HELM_RELEASE_NAME',
    what: () => 'the name of the release is none that Helm allows',
    advice: 'Set `helm: { releaseName: … }` to 53 small letters, digits and dashes at most.',
  },
  {
    pattern: /invalid kube version/,
    code: 'RENDER_HELM_KUBERNETES_VERSION',
    what: () => 'the version of the target is none that Helm understands',
  },
  {
    pattern: /failed parsing --(?<flag>set(?:-string|-file|-json)?) data/,
    code: 'RENDER_HELM_VALUES',
    what: ({ flag }) => `a value of \`${settingOf(flag)}\` is not written as Helm reads it`,
  },
  {
    pattern: /failed to parse |cannot load values|error unmarshaling JSON/,
    code: 'RENDER_HELM_VALUES',
    what: () => 'a file of values is not what Helm reads',
    advice: 'It has to be one object.',
  },
];

function tell({ locator, values }: FailedTemplate, text: string): Finding {
  for (const { pattern, code, what, advice } of rules) {
    const match = pattern.exec(text);
    if (!match) continue;
    const groups: Readonly<Record<string, string | undefined>> = match.groups ?? {};
    const { file, line, column } = groups;
    return {
      code,
      what: cut(mask(what(groups), values.secretValues)),
      ...(advice !== undefined && { advice }),
      ...(file !== undefined && {
        origin: locator.originOf(file, toNumber(line), toNumber(column)),
      }),
    };
  }
  const masked = mask(withoutQuotes(text), values.secretValues);
  return { code: 'RENDER_HELM_FAILED', what: `the rendering failed: ${cut(masked)}` };
}

/** Each line of a schema's verdict, `- at '/a/b': …` or `- a.b: …` in older versions. */
function tellViolations(failed: FailedTemplate, text: string): readonly Diagnostic[] {
  if (!/don't meet the specifications of the schema/.test(text)) return [];
  return text.split('\n').flatMap((line) => {
    const groups = /^- (?:at '(?<pointer>[^']*)'|(?<dotted>[^:\s]+)): (?<message>.*)$/.exec(
      line,
    )?.groups;
    if (!groups) return [];
    const { pointer, dotted = '', message = '' } = groups;
    const path = (pointer?.split('/').slice(1) ?? dotted.split('.')).filter(
      (step) => step !== '(root)',
    );
    const what = isAboutNames(message) ? message : withoutQuotes(message);
    return [
      {
        ...report(failed, {
          code: 'RENDER_HELM_SCHEMA',
          what: `the values break the chart's schema at \`${path.join('.')}\`: ${cut(mask(what, failed.values.secretValues))}`,
          ...locateValue(failed.values, path),
        }),
        path,
      },
    ];
  });
}

function isAboutNames(message: string): boolean {
  return /^(?:missing propert|additional propert)|is required$/.test(message);
}

/** In the file that wins. */
function locateValue({ files }: Values, path: readonly string[]): { origin?: Origin } {
  for (const { file, text } of files.toReversed()) {
    const origin = locateField(text, { file, line: Number.MAX_SAFE_INTEGER }, path);
    if (origin && path.length > 0) return { origin };
  }
  return {};
}

function report(
  { chartFile }: FailedTemplate,
  { code, what, advice, origin }: Finding,
): Diagnostic {
  const at = origin ?? { file: chartFile, line: 1 };
  return {
    severity: 'error',
    code,
    path: [],
    origin: at,
    summary: `${at.file}: ${what}`,
    ...(advice !== undefined && { advice }),
  };
}

/** Without the warnings that come before, and the advice that comes behind. */
function messageOf(stderr: string): string {
  const start = stderr.lastIndexOf('Error: ');
  // What breaks the program itself comes with a trace, of which the first line says enough.
  const own = /^.*(?:fatal error|panic): .*$/m.exec(stderr)?.[0] ?? stderr;
  const text = start < 0 ? own : stderr.slice(start + 'Error: '.length);
  return toOneLine(text.replace(/\s*Use --debug flag.*$/s, '').trim());
}

/** Helm 4 breaks the nested errors of templates into lines, each place on one of its own. */
function toOneLine(text: string): string {
  return text
    .replaceAll(/^([^\s:]+:\d+(?::\d+)?)\n +(?=executing )/gm, 'template: $1: ')
    .replaceAll(/(?<=executing "[^"\n]*" at <[^\n]{1,400}>:)\n +/g, ' ');
}

/** Quoted text, objects and lists may be content. */
function withoutQuotes(text: string): string {
  return text.replaceAll(/"[^"]*"|'[^']*'|`[^`]*`|\{[^{}]*\}|\[[^[\]]*\]/g, '…');
}

function mask(text: string, secretValues: readonly string[]): string {
  return secretValues.reduce((masked, value) => masked.replaceAll(value, '***'), text);
}

function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > longestText ? `${line.slice(0, longestText)}…` : line;
}

const longestText = 300;

function settingOf(flag = 'set'): string {
  return flag.replace(/-(\w)/, (_dash, letter: string) => letter.toUpperCase());
}

function toNumber(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}
