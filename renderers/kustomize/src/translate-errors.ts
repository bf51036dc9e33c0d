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

/** In order: the innermost causes stand before what wraps them. */
const rules: readonly Rule[] = [
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
    pattern: /may not add resource with an already registered id: (?<id>[\w.[\]/-]{1,300})/,
    code: 'RENDER_KUSTOMIZE_TWICE',
    what: ({ id }) => `the resource \`${id}\` is there twice`,
    advice: 'Remove one of them, or write a patch.',
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
    pattern: /fieldPath `(?<field>[^`]{1,200})` is missing for replacement (?<side>source|target)/,
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

/** The innermost cause: what stands behind the last colon but one, in one line. */
function cutDown(stderr: string, secretValues: readonly string[]): string {
  const lines = stderr.split('\n').filter((line) => line.startsWith('Error: '));
  const masked = mask((lines.at(-1) ?? 'no reason given').slice('Error: '.length), secretValues);
  // Objects, lists and quoted text may be content; names that matter stand outside of them.
  const bare = masked
    .replaceAll(/\{[^{}]*\}|\[[^[\]]*\]/g, '…')
    .replaceAll(/"[^"]*"|`[^`]*`/g, '…')
    .replaceAll(/\s+/g, ' ');
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
