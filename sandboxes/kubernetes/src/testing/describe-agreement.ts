/** Generated objects, applied by turns to the sandbox and to a real server: both must answer alike. */

import type { Json } from '@trueup/diagnostics';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from '../start-sandbox.ts';
import type { ApiServer } from './api-client.ts';
import { type GeneratedObject, generatedObject } from './generate-objects.ts';
import { runScenario, type Scenario } from './scenario.ts';
import { apply, get, patch, post, remove } from './scenarios/steps.ts';

/** @param real nothing runs without one */
export function describeAgreement(
  real: ApiServer | undefined,
  sample: { readonly seed: number; readonly numRuns: number },
): void {
  const cases = fc.sample(generatedObject(), sample);
  describe.runIf(real)('sandbox and real server', () => {
    let sandbox: Sandbox;

    beforeAll(async () => {
      sandbox = await startSandbox({ controllers: false });
    });

    afterAll(() => sandbox.close());

    it.concurrent.each(
      cases.map((one, index): [string, GeneratedObject, number] => [
        String(one.first['kind']),
        one,
        index,
      ]),
    )('agree about a %s', async (_kind, generated, index) => {
      const namespace = `differential-${process.pid.toString(36)}-${index}`;
      const scenario = scenarioOf(generated);

      const expected = await runScenario(real ?? { url: '', token: '' }, scenario, namespace);
      const actual = await runScenario({ url: sandbox.url, token: 'any' }, scenario, namespace);

      expect(actual).toEqual(expected);
    });
  });
}

function scenarioOf({ path, first, second }: GeneratedObject): Scenario {
  const one = `${path}/one`;
  return {
    name: one,
    pick: tidy,
    steps: [
      apply(one, 'x', first),
      apply(`${one}?dryRun=All`, 'x', second),
      apply(one, 'y', second),
      apply(`${one}?force=true`, 'y', second),
      patch('merge', one, { metadata: { labels: { extra: '1' } } }),
      apply(one, 'x', first),
      get(one),
      remove(one),
      post(path, second),
    ],
  };
}

/** Of refusals: why, and for which fields. Their words hold whole objects as Go prints them. */
function tidy(body: Json): Json {
  const { kind, status, code, reason, details } = body as {
    kind: string;
    status: unknown;
    code?: number;
    reason?: string;
    details?: { causes?: { reason: string; field: string }[] };
  };
  if (kind !== 'Status' || status === 'Success') return body;
  const fields = details?.causes?.map(
    (one) => `${one.reason} ${one.field.replace(/\[\d+\]/g, '[]')}`,
  );
  return { code: code ?? 0, reason: reason ?? '', fields: [...new Set(fields)].sort() };
}
