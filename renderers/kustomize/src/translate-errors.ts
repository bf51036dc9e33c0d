/**
 * What Kustomize says → diagnostics. Its messages are long nested sentences that repeat whole
 * objects, secrets included: known ones are told anew with what may be shown, of others only the
 * innermost cause is kept, without objects, lists and known secret values.
 */
import { type Diagnostic, TransientError } from '@trueup/diagnostics';
import { locateField } from '@trueup/manifests';
import type { ProgramEnd } from '@trueup/programs';

import type { Kustomization } from './sources/collect-sources.ts';

export interface FailedBuild {
  readonly end: ProgramEnd;
  readonly stderr: string;
  /** Those that were read, the stack's own one first. */
  readonly kustomizations: readonly Kustomization[];
  /** Never shown, wherever they appear. */
  readonly secretValues: readonly string[];
}

/** @throws TransientError `RENDER_KUSTOMIZE_KILLED` when somebody else ended the program. */
export function translateFailure(build: FailedBuild): Diagnostic {
  const { end, stderr } = build;
  switch (end.kind) {
    case 'killed':
      throw new TransientError('RENDER_KUSTOMIZE_KILLED', `kustomize: killed by ${end.signal}`);
    case 'timed-out':
      return report(build, { code: 'RENDER_KUSTOMIZE_TOO_LONG', what: 'the build took too long' });
    case 'output-too-long':
      // Only a trace of what broke the program itself is that long.
      if (end.stream === 'stderr') return report(build, tell(stderr, build.secretValues));
      return report(build, {
        code: 'RENDER_KUSTOMIZE_TOO_MUCH',
        what: 'the build prints too much',
      });
    case 'exited':
      return report(build, tell(stderr, build.secretValues));
  }
}

interface Finding {
  readonly code: string;
  readonly what: string;
  readonly advice?: string;
  /** The member of a kustomization that it is about, to find its line by. */
  readonly member?: string;
}

interface Rule {
  readonly pattern: RegExp;
  readonly code: string;
  /** May name what the pattern's groups caught: names of fields, files and resources only. */
  readonly what: (groups: Readonly<Record<string, string>>) => string;
  readonly advice?: string;
}

/** As programs in Go say it. */
const outOfMemory =
  /(?:fatal error|runtime): .{0,60}(?:out of memory|cannot allocate memory)|stack overflow|goroutine stack exceeds/;

/** In order: the innermost causes stand before what wraps them. */
const rules: readonly Rule[] = [
  {
    pattern: outOfMemory,
    code: 'RENDER_KUSTOMIZE_TOO_MUCH',
    what: () => 'the build needs more memory than it may have',
  },
  {
    pattern: /invalid Kustomization: .*unknown field "(?<member>[\w.-]{1,60})"/,
    code: 'RENDER_KUSTOMIZE_FIELD',
    what: ({ member }) => `\`${member}\` is no field of a kustomization`,
  },
  {
    pattern:
      /cannot unmarshal (?<found>\w+) into Go struct field (?:\w+\.)(?<member>[\w.]{1,100}) of type (?<type>[\w.[\]*]+)/,
    code: 'RENDER_KUSTOMIZE_FIELD',
    what: ({ member, found, type }) => `\`${member}\` is a ${found} where a ${type} should be`,
    advice: 'Words such as `n`, `y` and `on` need quotes.',
  },
  {
    pattern:
      /no matches for Id (?<id>[\w.[\]/-]{1,300})|unique target for patch (?<target>[\w.[\]/-]{1,300})/,
    code: 'RENDER_KUSTOMIZE_PATCH',
    what: ({ id, target }) => `a patch is meant for \`${target ?? id}\`, which is no resource here`,
  },
  {
    pattern: /unable to parse SM or JSON patch/,
    code: 'RENDER_KUSTOMIZE_PATCH',
    what: () => 'a patch is neither a part of a resource nor a list of JSON operations',
    advice: 'In lists on one line, JSON needs quotes around names and text.',
  },
  {
    pattern:
      /(?<operation>\w{3,10}) operation does not apply: doc is missing (?:path|key): "?(?<field>\/[\w./~-]{1,300})/,
    code: 'RENDER_KUSTOMIZE_PATCH',
    what: ({ operation, field }) =>
      `a patch would ${operation} \`${field}\`, which the resource does not have`,
  },
  {
    pattern: /testing value (?<field>\/[\w./~-]{1,300}) failed/,
    code: 'RENDER_KUSTOMIZE_PATCH',
    what: ({ field }) => `a patch expects another value of \`${field}\``,
  },
  {
    pattern: /resource with name (?<name>[\w.-]{1,253}) does not match a config/,
    code: 'RENDER_KUSTOMIZE_REPLICAS',
    what: ({ name }) => `\`replicas\` is meant for \`${name}\`, which is no resource here`,
  },
  {
    pattern: /Name:"(?<name>[\w.-]{1,253})"[^}]*\} does not exist; cannot merge or replace/,
    code: 'RENDER_KUSTOMIZE_GENERATOR',
    what: ({ name }) => `the generator \`${name}\` changes something that is not there`,
    advice: 'Leave its `behavior` out, or set the `namespace` of what it changes.',
  },
  {
    pattern: /error parsing regexp/,
    code: 'RENDER_KUSTOMIZE_FIELD',
    what: () => 'a name or label that is selected by is no regular expression',
  },
  {
    pattern: /kind should be Kustomization or Component|apiVersion for \w{1,60} should be/,
    code: 'RENDER_KUSTOMIZE_FIELD',
    what: () => 'its `kind` or `apiVersion` is none of a kustomization',
  },
  {
    pattern: /may not add resource with an already registered id: (?<id>[\w.[\]/-]{1,300})/,
    code: 'RENDER_KUSTOMIZE_TWICE',
    what: ({ id }) => `the resource \`${id}\` is there twice`,
    advice: 'Remove one of them, or write a patch.',
  },
  {
    pattern: /external plugins disabled; unable to load external plugin '(?<kind>\w{1,100})'/,
    code: 'RENDER_KUSTOMIZE_PLUGIN',
    what: ({ kind }) => `the plug-in \`${kind}\` is a program, which is not run`,
    advice: 'Take a built-in one, with `apiVersion: builtin`, or commit what it makes.',
  },
  {
    pattern: /must specify --enable-helm/,
    code: 'RENDER_KUSTOMIZE_HELM',
    what: () => 'charts are not rendered from within a kustomization',
    advice: 'Make the chart a stack of its own, with a `Chart.yaml` that depends on it.',
  },
  {
    pattern: /namespace transformation produces ID conflict/,
    code: 'RENDER_KUSTOMIZE_TWICE',
    what: () => 'two resources have the same name once `namespace` is set',
  },
  {
    pattern: /security; file '(?<file>[^']{1,300})' is not in or below/,
    code: 'RENDER_KUSTOMIZE_OUTSIDE',
    what: ({ file }) => `\`${file}\` is a file outside of the folder of its kustomization`,
    advice: 'Make its folder a base of its own, or set `kustomize: { files: repository }`.',
  },
  {
    pattern: /cycle detected: candidate root '(?<folder>[^']{1,300})'/,
    code: 'RENDER_KUSTOMIZE_CYCLE',
    what: ({ folder }) => `\`${folder}\` is a base of itself`,
  },
  {
    pattern:
      /(?:evalsymlink failure on|lstat|open) '?(?<file>[\w./ -]{1,300}?)'? ?: .*no such file/,
    code: 'RENDER_KUSTOMIZE_MISSING_FILE',
    what: ({ file }) => `\`${file}\` is not there`,
  },
  {
    pattern: /Found multiple kustomization files/i,
    code: 'RENDER_KUSTOMIZE_FIELD',
    what: () => 'a folder holds more than one kustomization',
  },
  {
    pattern: /missing metadata\.name in object/,
    code: 'RENDER_KUSTOMIZE_NAME',
    what: () => 'a resource has no `metadata.name`',
    advice: 'Kustomize takes no `generateName` instead.',
  },
  {
    pattern:
      /(?:fieldPath `|unable to find field ")(?<field>[^`"]{1,200})[`"] (?:is missing for|in) replacement (?<side>source|target)/,
    code: 'RENDER_KUSTOMIZE_REPLACEMENT',
    what: ({ field, side }) => `the ${side} of a replacement has no field \`${field}\``,
  },
  {
    pattern: /(?:nothing selected by|multiple matches for) (?<id>[\w.[\]/:-]{1,300})/,
    code: 'RENDER_KUSTOMIZE_REPLACEMENT',
    what: ({ id }) => `the source of a replacement, \`${id}\`, is not exactly one resource`,
  },
  {
    pattern: /invalid literal source|literal sources/,
    code: 'RENDER_KUSTOMIZE_GENERATOR',
    what: () => 'a literal of a generator is not written `key=value`',
    advice: 'Look at `literals` of `configMapGenerator` and `secretGenerator`.',
  },
  {
    pattern:
      /cannot add key [`']?(?<key>[\w.-]{1,100})|illegal repeat of key [`']?(?<again>[\w.-]{1,100})/,
    code: 'RENDER_KUSTOMIZE_GENERATOR',
    what: ({ key, again }) => `the key \`${key ?? again}\` of a generator is there twice`,
  },
  {
    pattern: /yaml: line (?<line>\d+): .* in File: (?<file>[\w./ -]{1,300})/,
    code: 'RENDER_KUSTOMIZE_YAML',
    what: ({ file, line }) => `\`${file}\` is no valid YAML: look at line ${line}`,
  },
];

function tell(stderr: string, secretValues: readonly string[]): Finding {
  for (const { pattern, code, what, advice } of rules) {
    const groups = pattern.exec(stderr)?.groups;
    if (!(groups || pattern.test(stderr))) continue;
    const { member } = groups ?? {};
    const text = mask(what(groups ?? {}), secretValues);
    return { code, what: text, ...(advice && { advice }), ...(member && { member }) };
  }
  return {
    code: 'RENDER_KUSTOMIZE_FAILED',
    what: `the build failed: ${cutDown(stderr, secretValues)}`,
  };
}

/** The end of the last message, where the innermost cause stands, in one line. */
function cutDown(stderr: string, secretValues: readonly string[]): string {
  const start = stderr.lastIndexOf('Error: ');
  // What breaks the program itself comes with a trace, of which the first line says enough.
  const own = /^(?:fatal error|panic): .*$/m.exec(stderr)?.[0] ?? '';
  const masked = mask(start < 0 ? own : stderr.slice(start + 'Error: '.length), secretValues);
  // Objects, lists and quoted text may be content; names that matter stand outside of them. What
  // opens and does not close is content to its end.
  const bare = masked
    .replaceAll(/`[^`]*(?:`|$)/g, '…')
    .replaceAll(/\{[^{}]*\}|\[[^[\]]*\]/g, '…')
    .replaceAll(/"[^"]*(?:"|$)/g, '…')
    .replaceAll(/[[{].*$/gs, '…')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return bare.length > longestCause ? `…${bare.slice(-longestCause)}` : bare;
}

const longestCause = 240;

function mask(text: string, secretValues: readonly string[]): string {
  return secretValues.reduce((masked, value) => masked.replaceAll(value, '***'), text);
}

function report(
  { kustomizations }: FailedBuild,
  { member, code, what, advice }: Finding,
): Diagnostic {
  const path = member === undefined ? [] : member.split('.');
  const place = kustomizations
    .map(({ file, text }) => locateField(text, { file, line: Number.MAX_SAFE_INTEGER }, path))
    .find((found) => found !== undefined && path.length > 0);
  const own = kustomizations[0]?.file ?? 'kustomization.yaml';
  const origin = place ?? { file: own, line: 1 };
  return {
    severity: 'error',
    code,
    path: place ? path : [],
    origin,
    summary: `${origin.file}: ${what}`,
    ...(advice !== undefined && { advice }),
  };
}
