import type { Diagnostic, Json, JsonObject } from '@trueup/diagnostics';

import type {
  Configuration,
  ConfigurationContext,
  ConfiguredProvider,
  DocumentPath,
  ParsedFile,
} from '../configuration.ts';
import { expandStacks } from '../expand-stacks.ts';
import { parseConfiguration } from '../parse-configuration.ts';

/** A file whose lines are numbered by value: the first one at the top, then in order. */
export function configurationFile(value: Json | undefined): ParsedFile {
  const lines = new Map<string, number>();
  const visit = (one: Json | undefined, path: DocumentPath): void => {
    lines.set(JSON.stringify(path), lines.size + 1);
    if (typeof one !== 'object' || one === null) return;
    const isList = Array.isArray(one);
    for (const [name, part] of Object.entries(one)) {
      visit(part, [...path, isList ? Number(name) : name]);
    }
  };
  visit(value, []);
  return {
    name: 'trueup.yaml',
    value,
    locate: (path) => {
      const line = lines.get(JSON.stringify(path));
      return line === undefined ? undefined : { file: 'trueup.yaml', line, column: 1 };
    },
  };
}

/** Providers that know one word each: their settings must not have a member `bad`. */
export const providers: readonly ConfiguredProvider[] = [
  {
    name: 'kubernetes',
    tools: ['helm', 'kustomize'],
    checkTarget: refuseBad,
    checkStack: refuseBad,
  },
  { name: 'ansible', checkTarget: refuseBad, checkStack: refuseBad },
];

/** Conditions are words here, and `wrong.wrong` is none. */
export const context: ConfigurationContext = {
  providers,
  checkCondition: (condition) => (condition === 'wrong.wrong' ? 'is no condition' : undefined),
};

function refuseBad(settings: unknown): readonly Diagnostic[] {
  const isGroup = typeof settings === 'object' && settings !== null;
  return isGroup ? findBad(settings, []) : [];
}

function findBad(settings: object, path: readonly string[]): readonly Diagnostic[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const at = [...path, name];
    if (name === 'bad') {
      return [{ severity: 'error', code: 'FIXTURE_BAD', path: at, summary: 'is bad' } as const];
    }
    return typeof value === 'object' && value !== null ? findBad(value, at) : [];
  });
}

export const sound: JsonObject = {
  apiVersion: 'trueup.dev/v1',
  targets: {
    staging: { kubernetes: { context: 'staging' } },
    production: { kubernetes: { context: 'production' } },
    hosts: { ansible: { hosts: 'hosts.yaml' } },
  },
};

/** Parses `sound` with other members. */
export function configure(members: JsonObject = {}): {
  readonly configuration: Configuration;
  readonly problems: readonly string[];
} {
  const file = configurationFile({ ...sound, ...members });
  const { configuration, diagnostics } = parseConfiguration(file, context);
  return { configuration, problems: diagnostics.map(print) };
}

/** Parses and expands; `problems` are those of the second step. */
export function expand(
  members: JsonObject,
  directories: readonly string[],
): ReturnType<typeof expandStacks> & { readonly problems: readonly string[] } {
  const { configuration } = configure(members);
  const expanded = expandStacks(configuration, directories, { providers });
  return { ...expanded, problems: expanded.diagnostics.map(print) };
}

function print({ code, summary }: Diagnostic): string {
  return `${code} ${summary}`;
}
