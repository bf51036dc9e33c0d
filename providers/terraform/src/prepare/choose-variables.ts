/** Which variables get a value, and from where: inputs of the stack win over its settings. */
import { hash } from 'node:crypto';

import {
  type Diagnostic,
  formatJson,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
} from '@trueup/diagnostics';
import {
  type CallContext,
  formatResourceId,
  type InputRead,
  type PrepareRequest,
} from '@trueup/provider-sdk';

import type { StackSettings } from '../schema.ts';
import { type DescribedModule, type ModuleFile, namesIn, undeclared } from './read-module.ts';

export interface ChosenVariables {
  readonly values: JsonObject;
  readonly sensitive: readonly string[];
  /** Every text in a value that is a secret. */
  readonly secrets: readonly string[];
  readonly inputsRead: readonly InputRead[];
  readonly diagnostics: readonly Diagnostic[];
}

export function chooseVariables(
  { stack, target, inputs }: PrepareRequest,
  settings: StackSettings,
  { root, files }: { readonly root: DescribedModule; readonly files: readonly ModuleFile[] },
  { seal }: CallContext,
): ChosenVariables {
  const declared = root.variables;
  const used = Object.entries(inputs).filter(([name]) => declared.has(name));
  const secret = used.filter(([, { sensitive }]) => sensitive);
  const written = Object.entries(settings.variables).filter(([name]) => declared.has(name));
  const values = Object.fromEntries([
    ...written,
    ...used.map(([name, { value }]) => [name, value] as const),
  ]);
  const set = new Set([...Object.keys(values), ...files.flatMap(namesIn)]);
  const id = (name: string) => formatResourceId({ kind: 'input', scope: stack.name, name });
  return {
    values,
    sensitive: secret.map(([name]) => name),
    secrets: secret.flatMap(([, { value }]) => textsIn(value)),
    inputsRead: used.map(([name, { value, sensitive }]) => ({
      name: `input:${name}`,
      digest: sensitive
        ? seal(value, { target: target.name, id: id(name), path: [] })
        : `sha256:${hash('sha256', formatJson(value))}`,
    })),
    diagnostics: [
      ...Object.keys(settings.variables)
        .filter((name) => !declared.has(name))
        .map((name) => undeclared(name, ['variables', name], declared.keys())),
      ...Object.keys(inputs)
        .filter((name) => !declared.has(name))
        .map((name) => undeclared(name, ['inputs', name], declared.keys())),
      ...missing(root, set),
    ],
  };
}

function missing({ variables }: DescribedModule, set: ReadonlySet<string>): readonly Diagnostic[] {
  return [...variables]
    .filter(([name, { hasDefault }]) => !(hasDefault || set.has(name)))
    .map(([name, { origin }]) => ({
      severity: 'error',
      code: 'TERRAFORM_VARIABLE_MISSING',
      path: [],
      summary: `terraform: the variable ${JSON.stringify(name)} has no value`,
      advice: `Give it a default, or write \`inputs: { ${name}: … }\` or \`terraform: { variables: { ${name}: … } }\` with the stack.`,
      origin,
    }));
}

/** All texts of a value: numbers and truths are nothing that a text could be searched for. */
export function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (isJsonList(value)) return value.flatMap(textsIn);
  return isJsonObject(value) ? Object.values(value).flatMap(textsIn) : [];
}
