/** A program in the place of Helm, as if a chart had taken it over. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findExposure, type IsolationLevel } from '@trueup/programs';
import { findLoot, openAttackedMachine } from '@trueup/programs/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { renderBy } from './testing/real-helm.ts';

const isPossible = (await findExposure('none')) === undefined;

describe.runIf(isPossible)('whoever takes Helm over', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trueup-helm-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** What it got at, by a renderer and a request with these words on isolation. */
  async function attack(usual: IsolationLevel, asked?: 'required'): Promise<readonly string[]> {
    await using machine = await openAttackedMachine();
    const program = join(folder, 'helm');
    const script = `#!/bin/bash\nif [ "$1" = version ]; then echo v3.19.0; exit; fi\nseen=$(${machine.script})\necho "{ apiVersion: v1, kind: A, metadata: { name: a }, spec: '$seen' }"\n`;
    await writeFile(program, script, { mode: 0o755 });
    const files = { 'apps/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n' };
    const options = { isolation: usual, secondRendering: 'never' } as const;

    const { documents } = await renderBy(program)(
      files,
      asked ? { isolation: asked } : {},
      options,
    );

    const seen = JSON.stringify(documents.map(({ body }) => body));
    return [...(seen.includes('tried') ? ['tried'] : []), ...findLoot(seen)];
  }

  it('gets at nothing where a request asks for isolation, whatever the renderer was made with', async () => {
    expect(await attack('none')).toContain('store');
    expect(await attack('none', 'required')).toEqual(['tried']);
    expect(await attack('preferred')).toEqual(['tried']);
  });
});
