import type { FieldPath, Json, Origin } from '@trueup/diagnostics';
import { formatFieldPath } from '@trueup/diagnostics';
import type { OpenStack } from '@trueup/engine';
import { formatResourceId } from '@trueup/provider-sdk';
import { createMemoryFiles } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import { findLines } from './find-lines.ts';

const id = formatResourceId({ kind: 'Deployment.apps', scope: 'shop', name: 'prod-web' });
const never = new AbortController().signal;
const web = { name: 'web' };
const image: FieldPath = ['spec', 'containers', web, 'image'];
const files = {
  'base/web.yaml': 'kind: Deployment\napiVersion: apps/v1\nmetadata: { name: web }\nspec: {}\n',
  'base/kustomization.yaml': 'resources: [web.yaml]\n',
  'prod/kustomization.yaml':
    'resources: [../base]\nnamePrefix: prod-\nreplicas: [{ name: web, count: 3 }]\nimages:\n- { name: app, newName: r/shop, newTag: "1" }\n',
  'prod/patch.yaml':
    'kind: Deployment\napiVersion: apps/v1\nmetadata: { name: web }\nspec:\n  replicas: 4\n  containers: [{ name: web, image: x }]\n',
  'prod/other.yaml':
    'kind: Service\napiVersion: v1\nmetadata: { name: web }\nspec: { replicas: 4 }\n',
};

interface Asked {
  readonly path: FieldPath;
  readonly before?: Json;
  readonly after?: Json;
  readonly origins?: readonly (Origin | undefined)[];
  readonly read?: Readonly<Record<string, string>>;
  readonly provider?: string;
}

const inBase = [{ file: 'base/web.yaml', line: 1 }, undefined];

async function find({
  path,
  before,
  after,
  origins = inBase,
  read = files,
  provider = 'kubernetes',
}: Asked) {
  const body = { kind: 'Deployment', metadata: { name: 'prod-web' } };
  const open = {
    provider: { name: provider, locate: async () => origins },
    stack: { path: 'prod' },
    target: {},
    render: { paths: { ...Object.fromEntries(Object.keys(read).map((one) => [one, 'x'])) } },
    prepared: { resources: [{ id, body }] },
  } as unknown as OpenStack;
  const sides = { ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
  const field = { path, sensitive: false, ...sides };
  const found = await findLines(
    { id, field },
    { open, files: createMemoryFiles(read), signal: never },
  );
  if (found.kind === 'refused') return found.reason;
  return found.lines.map(({ file, edit }) => {
    return `${file}:${edit.root.line} ${formatFieldPath(edit.path)} ${edit.desired}→${edit.wanted}`;
  });
}

describe('findLines', () => {
  it('takes the line of the provider where files are taken as they are', async () => {
    const origins = [
      { file: 'shop/web.yaml', line: 1 },
      { file: 'shop/web.yaml', line: 7, column: 3 },
    ];
    const asked = { path: ['spec', 'replicas'], before: 9, after: 3, origins, read: {} };

    expect(await find(asked)).toEqual(['shop/web.yaml:1 spec.replicas 3→9']);
  });

  it('tries what an overlay says before what it lies over', async () => {
    expect(await find({ path: ['spec', 'replicas'], before: 9, after: 4 })).toEqual([
      'prod/kustomization.yaml:1 replicas[name=web].count 4→9',
      'prod/patch.yaml:1 spec.replicas 4→9',
      'base/web.yaml:1 spec.replicas 4→9',
    ]);
    expect(await find({ path: image, before: 'r/shop:2', after: 'r/shop:1' })).toEqual([
      'prod/kustomization.yaml:1 images[name=app].newTag 1→2',
      'prod/patch.yaml:1 spec.containers[name=web].image r/shop:1→r/shop:2',
      'base/web.yaml:1 spec.containers[name=web].image r/shop:1→r/shop:2',
    ]);
  });

  it('writes no tag for another image', async () => {
    const lines = await find({ path: image, before: 'evil/shop:2', after: 'r/shop:1' });

    expect(lines).not.toContainEqual(expect.stringContaining('newTag'));
  });

  it('keeps variables of compose from being made of what is observed', async () => {
    const origins = [{ file: 'compose.yaml', line: 2 }, undefined];
    const given = { path: ['environment', 'A'], after: 'x', origins, read: {} };

    expect(await find({ ...given, before: `$${'{HOME}'} $1`, provider: 'containers' })).toEqual([
      `compose.yaml:2 environment.A x→$$${'{HOME}'} $$1`,
    ]);
  });

  it.each<[string, Partial<Asked>, string]>([
    ['what no line asks for', { origins: [] }, 'no line of Git is known'],
    [
      'templates of charts',
      {
        origins: [{ file: 'charts/app/templates/web.yaml', line: 1 }],
        read: { 'charts/app/Chart.yaml': '' },
      },
      'a template makes it',
    ],
    ['other languages', { origins: [{ file: 'main.tf', line: 1 }], read: {} }, 'neither YAML nor'],
  ])('refuses %s', async (_name, rest, reason) => {
    expect(await find({ path: ['a'], before: 1, after: 2, ...rest })).toContain(reason);
  });
});
