/**
 * Outputs of stacks by which a target is reached: a stack that makes a cluster says how to reach it, and
 * `{ output: STACK.OUTPUT }` stands in the target's settings where a value would.
 */
import { isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';

import type { OutputName } from './configuration.ts';
import { outputRules, placeholdersOf, splitOutput } from './stack-name.ts';

/** Each once, in the order in which they stand there. */
export function outputsIn(settings: Json): readonly OutputName[] {
  const found = new Map(collect(settings).map((one) => [`${one.stack}.${one.output}`, one]));
  return [...found.values()];
}

/** `undefined` for what is no `{ output: STACK.OUTPUT }`, and means itself. */
export function parseOutputName(value: Json): OutputName | undefined {
  if (!isJsonObject(value) || Object.keys(value).length !== 1) return undefined;
  const written = Object.hasOwn(value, 'output') ? value['output'] : undefined;
  if (typeof written !== 'string' || placeholdersOf(written).length > 0) return undefined;
  return outputRules.check?.(written) === undefined ? splitOutput(written) : undefined;
}

function collect(value: Json): readonly OutputName[] {
  const name = parseOutputName(value);
  if (name) return [name];
  if (isJsonList(value)) return value.flatMap(collect);
  return isJsonObject(value) ? Object.values(value).flatMap(collect) : [];
}
