/** A state of this machine, as others leave it. Tools write over it from its beginning. */
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { moveStateFile } from './state-file.ts';
import { readSettled, takeCopy } from './take-copy.ts';

const never = new AbortController().signal;
const state = '{\n  "version": 4,\n  "serial": 3,\n  "resources": []\n}\n';

describe('a state of this machine', () => {
  let folder: string;
  const write = (name: string, text: string) => writeFile(join(folder, name), text);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trueup-state-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is read as it is', async () => {
    await write('terraform.tfstate', state);

    expect(await takeCopy(folder, 0, never)).toEqual({ kind: 'taken', text: state });
  });

  it('is none before the first apply, also where a tool has just begun one', async () => {
    expect(await readSettled(folder, never)).toBeUndefined();
    await write('terraform.tfstate', '');

    expect(await readSettled(folder, never)).toBeUndefined();
    expect(await readSettled(join(folder, 'nowhere'), never)).toBeUndefined();
  });

  it.each([
    ['a piece of it', state.slice(0, 30)],
    ['an empty file', ''],
    ['no file', undefined],
  ])('is not taken for none where a killed tool left %s', async (_what, left) => {
    await write('terraform.tfstate.backup', state);
    if (left !== undefined) await write('terraform.tfstate', left);

    await expect(takeCopy(folder, 0, never)).rejects.toMatchObject({
      family: 'stalled',
      code: 'TERRAFORM_STATE_TORN',
      message: expect.stringContaining(
        `put terraform.tfstate.backup in the place of ${folder}/terraform.tfstate`,
      ),
    });
  });

  it('is waited for while it is written', async () => {
    await write('terraform.tfstate', state.slice(0, 30));
    const reading = readSettled(folder, never);
    await write('terraform.tfstate', state);

    expect(await reading).toBe(state);
  });

  it('is not locked by what a killed tool said of itself', async () => {
    await write('terraform.tfstate', state);
    await write('.terraform.tfstate.lock.info', '{"Operation":"OperationTypeApply","Who":"a@b"}');

    expect(await takeCopy(folder, 600, never)).toEqual({ kind: 'taken', text: state });
  });

  it('is read where the system shows no locks', async () => {
    await write('terraform.tfstate', state);
    await write('.terraform.tfstate.lock.info', '{"Who":"a@b"}');

    expect(await takeCopy(folder, 600, never, join(folder, 'no-locks'))).toMatchObject({
      kind: 'taken',
    });
  });

  it('is that of somebody else as long as the system says so', async () => {
    await write('terraform.tfstate', state);
    await write('.terraform.tfstate.lock.info', '{"Operation":"OperationTypeApply","Who":"a@b"}');
    const { ino } = await stat(join(folder, 'terraform.tfstate'));
    const line = (inode: number) => `1: POSIX  ADVISORY  WRITE 4711 08:02:${inode} 0 EOF\n`;
    await write('locks', `${line(1)}${line(ino)}`);

    expect(await takeCopy(folder, 0, never, join(folder, 'locks'))).toEqual({
      kind: 'locked',
      holder: '  Operation: OperationTypeApply\n  Who: a@b',
    });
  });

  it('leaves nothing that speaks of it when it moves', async () => {
    await mkdir(join(folder, 'old'));
    await write('old/terraform.tfstate', state);
    await write('old/terraform.tfstate.backup', state);
    const place = (name: string) => ({
      backend: 'local',
      settings: {},
      folder: join(folder, name),
    });

    await moveStateFile(place('old'), place('new'));

    expect(await readSettled(join(folder, 'old'), never)).toBeUndefined();
    expect(await readSettled(join(folder, 'new'), never)).toBe(state);
  });
});
