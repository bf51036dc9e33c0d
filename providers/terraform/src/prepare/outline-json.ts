/** The outline of a file in Terraform's JSON syntax. Lines are not known: such files are generated. */
import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { parseExactJson, printExactJson } from '../exact/exact-json.ts';
import type { Attribute, Block, Outline } from './scan-hcl.ts';

/** How many names a block of this type bears. */
const labelCounts: Readonly<Record<string, number>> = {
  resource: 2,
  data: 2,
  module: 1,
  variable: 1,
  output: 1,
  provider: 1,
  check: 1,
};

/** Empty for what is no JSON: the tool says so. */
export function outlineJson(text: string): Outline {
  const value = parse(text);
  if (!isJsonObject(value)) return { attributes: [], blocks: [] };
  const blocks = Object.entries(value).flatMap(([type, member]) =>
    blocksOf(type, member, Object.hasOwn(labelCounts, type) ? (labelCounts[type] ?? 0) : 0, []),
  );
  return { attributes: attributesOf(value), blocks };
}

function blocksOf(
  type: string,
  value: Json,
  count: number,
  labels: readonly string[],
): readonly Block[] {
  if (isJsonList(value)) return value.flatMap((one) => blocksOf(type, one, count, labels));
  if (!isJsonObject(value)) return [];
  if (count > labels.length) {
    return Object.entries(value).flatMap(([label, inner]) =>
      blocksOf(type, inner, count, [...labels, label]),
    );
  }
  return [
    {
      type,
      labels,
      line: 1,
      column: 1,
      attributes: attributesOf(value),
      blocks: Object.entries(value)
        .filter(([name]) => name === 'backend' || name === 'cloud' || name === 'required_providers')
        .flatMap(([name, inner]) => blocksOf(name, inner, name === 'backend' ? 1 : 0, [])),
      text: printExactJson(value),
    },
  ];
}

function attributesOf(value: JsonObject): readonly Attribute[] {
  return Object.entries(value).map(([name, member]) => ({
    name,
    line: 1,
    column: 1,
    text: printExactJson(member),
  }));
}

function parse(text: string): Json {
  try {
    return parseExactJson(text);
  } catch {
    return null;
  }
}
