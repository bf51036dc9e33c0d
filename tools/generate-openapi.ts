/**
 * Writes `docs/reference/openapi.json`: what the HTTP API of a server is, from its table of routes.
 *
 *     node tools/generate-openapi.ts
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describeApi } from '@trueup/api';

export const openApiFile = 'docs/reference/openapi.json';

export function generateOpenApi(): string {
  return `${formatValue(describeApi(), '')}\n`;
}

/** What the formatter takes for one line. */
const lineWidth = 100;

/** As the formatter wants it: a list on one line where it fits behind `before`, with a comma. */
function formatValue(value: unknown, indent: string, before = 0): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => formatValue(item, inner));
    const line = `[${items.join(', ')}]`;
    const fits = !line.includes('\n') && indent.length + before + line.length < lineWidth;
    return fits ? line : `[\n${inner}${items.join(`,\n${inner}`)}\n${indent}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => {
    const key = `${JSON.stringify(name)}: `;
    return `${key}${formatValue(member, inner, key.length)}`;
  });
  return members.length === 0 ? '{}' : `{\n${inner}${members.join(`,\n${inner}`)}\n${indent}}`;
}

if (import.meta.main) {
  writeFileSync(join(import.meta.dirname, '..', openApiFile), generateOpenApi());
}
