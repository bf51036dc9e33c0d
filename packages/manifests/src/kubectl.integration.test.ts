import { execFile } from 'node:child_process';
import { accessSync } from 'node:fs';
import { join } from 'node:path';
import { formatJson, type Json, type JsonObject } from '@trueup/diagnostics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatYaml } from './format-yaml.ts';
import { readManifests } from './read-manifests.ts';
import { anyJson } from './testing/any-json.ts';
import { scalarCases } from './testing/scalar-cases.ts';

const assets = process.env['KUBEBUILDER_ASSETS'] ?? '';
const kubectl = assets === '' ? undefined : findKubectl();

describe.runIf(kubectl !== undefined)('kubectl', () => {
  it('reads every scalar as our table says', async () => {
    const manifests = scalarCases.map(([text], index) => `${headOf(index)}x: ${text}\n`);

    const printed = await annotate(manifests.join('---\n'), 'json');

    const values = printed.split(/(?<=^\}\n)/m).map((text) => read(text)['x'] ?? null);
    expect(values.map(formatJson)).toEqual(scalarCases.map(([, value]) => formatJson(value)));
  });

  it('prints what formatYaml prints', async () => {
    const values = fc.sample(anyJson().filter(isPrintedWell), { seed: 3, numRuns: 500 });
    const bodies = values.map((x, index) => ({ ...read(headOf(index)), x }));

    const printed = await annotate(bodies.map(formatJson).join('\n'), 'yaml');

    const texts = printed.split(/^---\n(?=apiVersion)/m);
    expect(texts).toEqual(bodies.map((body) => formatYaml(body)));
  });
});

function headOf(index: number): string {
  return `apiVersion: v1\nkind: Thing\nmetadata:\n  annotations: {a: b}\n  name: n${index}\n`;
}

function read(text: string): JsonObject {
  return readManifests(text, { file: 'a.yaml' }).documents[0]?.body ?? {};
}

/** What kubectl itself breaks: a plain `<<`, line breaks of YAML 1.1, and orders that are none. */
function isPrintedWell(value: Json): boolean {
  return !/<<|[\u0085\u2028]|"[^"]*0[^"]*":/.test(formatJson(value));
}

function annotate(input: string, format: 'json' | 'yaml'): Promise<string> {
  const line = ['annotate', '--local', '--overwrite', '-o', format, '-f', '-', 'a=b'];
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 1e8, env: {} };
    const child = execFile(kubectl ?? '', line, options, (error, stdout) => {
      if (error) reject(error);
      else resolve(stdout);
    });
    child.stdin?.end(input);
  });
}

function findKubectl(): string | undefined {
  try {
    accessSync(join(assets, 'kubectl'));
    return join(assets, 'kubectl');
  } catch {
    return undefined;
  }
}
