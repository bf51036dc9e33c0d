import { describe, expect, it } from 'vitest';

import { createPlainRenderer } from './plain-renderer.ts';
import type { RenderRequest, SourceFiles } from './renderer.ts';

const request: RenderRequest = {
  folder: 'apps/shop',
  settings: undefined,
  releaseName: 'shop',
  namespace: undefined,
  capabilities: { kubernetesVersion: 'v1.35.0', apiVersions: [] },
};
const signal = new AbortController().signal;

describe('the plain renderer', () => {
  it('reads every manifest below its folder in the order of names', async () => {
    const { files, asked } = filesOf({
      'apps/shop/b.yml': manifest('b'),
      'apps/shop/a/z.yaml': manifest('z'),
      'apps/shop/a.json': '{"apiVersion":"v1","kind":"A","metadata":{"name":"j"}}',
      'apps/shop/README.md': '# shop',
      'apps/shop/.github/x.yaml': 'a: [',
      'apps/shop/.hidden.yaml': 'a: [',
      'apps/other/c.yaml': manifest('c'),
    });

    const rendered = await createPlainRenderer().render(files, request, signal);

    expect(rendered.documents.map(({ body, origin }) => [body['metadata'], origin])).toEqual([
      [{ name: 'j' }, { file: 'apps/shop/a.json', line: 1 }],
      [{ name: 'z' }, { file: 'apps/shop/a/z.yaml', line: 1 }],
      [{ name: 'b' }, { file: 'apps/shop/b.yml', line: 1 }],
    ]);
    expect(rendered.diagnostics).toEqual([]);
    expect(asked).toEqual(['apps/shop/a.json', 'apps/shop/a/z.yaml', 'apps/shop/b.yml']);
  });

  it('lets one bad file hide no other', async () => {
    const { files } = filesOf({
      'apps/shop/a.yaml': 'a: [',
      'apps/shop/b.yaml': new Uint8Array([0xff, 0x61, 0x80]),
      'apps/shop/c.yaml': manifest('c'),
    });

    const { documents, diagnostics } = await createPlainRenderer().render(files, request, signal);

    expect(documents).toHaveLength(1);
    expect(diagnostics.map(({ code, origin }) => [code, origin?.file])).toEqual([
      ['YAML_SYNTAX', 'apps/shop/a.yaml'],
      ['MANIFEST_NOT_TEXT', 'apps/shop/b.yaml'],
    ]);
  });

  it('recognises a folder by its names alone', () => {
    const { recognises } = createPlainRenderer();

    expect(recognises(['apps/shop/a.yaml'], 'apps/shop')).toBe(true);
    expect(recognises(['a.yaml'], '')).toBe(true);
    expect(recognises(['apps/shop/README.md'], 'apps/shop')).toBe(false);
  });

  it('has no settings', () => {
    const { checkSettings } = createPlainRenderer();

    expect(checkSettings(undefined)).toEqual([]);
    expect(checkSettings({ values: [], a: 1 }).map(({ path }) => path)).toEqual([
      ['values'],
      ['a'],
    ]);
  });

  it('stops when it is told to', async () => {
    const { files } = filesOf({ 'apps/shop/a.yaml': manifest('a') });
    const reason = new Error('enough');

    const rendering = createPlainRenderer().render(files, request, AbortSignal.abort(reason));

    await expect(rendering).rejects.toBe(reason);
  });
});

function manifest(name: string): string {
  return `apiVersion: v1\nkind: A\nmetadata:\n  name: ${name}\n`;
}

function filesOf(contents: Readonly<Record<string, string | Uint8Array>>) {
  const asked: string[] = [];
  const files: SourceFiles = {
    list: async (folder) =>
      Object.keys(contents)
        .filter((path) => path.startsWith(`${folder}/`))
        .sort(),
    read: async (path) => {
      asked.push(path);
      const content = contents[path];
      return typeof content === 'string' ? new TextEncoder().encode(content) : content;
    },
    layOut: () => Promise.reject(new Error('nothing is laid out for plain manifests')),
  };
  return { files, asked };
}
