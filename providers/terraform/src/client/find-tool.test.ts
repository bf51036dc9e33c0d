/** Scripts in the place of the tools. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createFindTool } from './find-tool.ts';

const never = new AbortController().signal;

describe('the tool', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trueup-tool-'));
    await mkdir(join(folder, 'bin'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** A tool that notes each question. */
  async function put(name: string, answer: string): Promise<void> {
    const lines = ['#!/bin/sh', `echo asked >> ${folder}/asked`, answer];
    await writeFile(join(folder, 'bin', name), lines.join('\n'), { mode: 0o755 });
  }
  const says = (version: string) => `echo '{ "terraform_version": "${version}" }'`;
  const asked = async (): Promise<number> =>
    (await readFile(join(folder, 'asked'), 'utf8')).split('\n').length - 1;
  const create = () =>
    createFindTool({
      searchPath: `${folder}/bin:/bin`,
      keepFolder: join(folder, 'kept'),
      isolation: 'none',
    });

  it('is OpenTofu before Terraform, and the one that is asked for', async () => {
    await put('tofu', says('1.12.6'));
    await put('terraform', says('1.11.4'));
    const find = create();

    expect(await find(undefined, never)).toMatchObject({ name: 'tofu', version: '1.12.6' });
    expect(await find('terraform', never)).toMatchObject({ name: 'terraform', version: '1.11.4' });
  });

  it('is asked for its version once, also after a restart', async () => {
    await put('tofu', says('1.12.6'));
    await create()(undefined, never);

    expect(await create()(undefined, never)).toMatchObject({ version: '1.12.6' });
    expect(await asked()).toBe(1);
  });

  it('is asked again after an update in place, and is another one', async () => {
    await put('tofu', says('1.12.6'));
    const find = create();
    const before = await find(undefined, never);
    await put('tofu', says('1.13.0-rc1'));

    const after = await find(undefined, never);

    expect(after.version).toBe('1.13.0-rc1');
    expect(after.identity).not.toBe(before.identity);
  });

  it.each([
    ['what was spoilt', '; rm -rf /'],
    ['what is too long', `1.2.3${'x'.repeat(80)}`],
  ])('is asked where the note of its version says %s', async (_what, note) => {
    await put('tofu', says('1.12.6'));
    await create()(undefined, never);
    const [name = ''] = await readdir(join(folder, 'kept'));
    await writeFile(join(folder, 'kept', name), note);

    expect(await create()(undefined, never)).toMatchObject({ version: '1.12.6' });
    expect(await asked()).toBe(2);
  });

  it('may be found where nothing can be noted', async () => {
    await put('tofu', says('1.12.6'));
    await writeFile(join(folder, 'kept'), 'a file');

    expect(await create()(undefined, never)).toMatchObject({ version: '1.12.6' });
  });

  it.each([
    ['says no version', 'echo hello'],
    ['fails', 'exit 1'],
    ['says another thing for a version', `echo '{ "terraform_version": "$(id)" }'`],
  ])('is none that %s', async (_what, answer) => {
    await put('tofu', answer);

    await expect(create()(undefined, never)).rejects.toMatchObject({
      family: 'stalled',
      code: 'TERRAFORM_PROGRAM_MISSING',
    });
  });

  it('is not looked for once nobody wants it any more', async () => {
    const abort = AbortSignal.abort(new Error('enough'));

    await expect(create()(undefined, abort)).rejects.toThrow('enough');
  });
});
