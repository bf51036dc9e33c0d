import { describe, expect, it } from 'vitest';

import type { DiagnosticReport } from '../report/plan-report.ts';
import { loadSourceLines } from './source-lines.ts';

describe('the line that a diagnostic points to', () => {
  it.each([
    ['apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n', 'data: {a: b}'],
    ['kind: Deployment\nspec: {}\nenv: {secretKeyRef: x}\n', 'env: {secretKeyRef: x}'],
    ['apiVersion: v1\nkind: Secret\nstringData: {a: hush: x}\n', undefined],
    ['kind: ConfigMap\n---\ndata: {a: hush, a: hush}\n---\n"kind": "Secret"\n', undefined],
    ['{"kind":"Secret",\n\n"data": hush}', undefined],
    ['metadata: {annotations: {trueup.dev/sensitive: a}}\n\ndata: {a: hush}\n', undefined],
    ['resources: []\nsecretGenerator:\n- literals: [a=hush\n', undefined],
  ])('is quoted where nothing in its file is secret: %j', async (text, quoted) => {
    const files = { read: async () => new TextEncoder().encode(text) };

    const sourceLine = await loadSourceLines(files, [at('web.yaml', 3)]);

    expect(sourceLine('web.yaml', 3)).toBe(quoted);
  });
});

function at(file: string, line: number): DiagnosticReport {
  return { severity: 'error', code: 'X_Y', path: '', summary: 's', origin: { file, line } };
}
