/** What people meet on real machines: full disks, pipes for files, folders that there are not. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type CliBench, openCliBench } from './testing/cli-bench.ts';

const searchPath: string = process.env['PATH'] ?? '';
const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: default }\n';

describe('trueup on a machine that is', () => {
  let bench: CliBench;

  beforeAll(async () => {
    bench = await openCliBench({ searchPath });
    await bench.write({ 'shop/a.yaml': manifest });
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  describe.runIf(existsSync('/dev/full'))('full', () => {
    it.each([['text'], ['json']])('says so in a sentence, for %s', async (format) => {
      const given = format === 'json' ? ['-o', 'json', '--quiet'] : ['--quiet'];

      const { code, errors } = await bench.runInto('/dev/full', ['plan', 'shop', ...given]);

      expect(code).toBe(1);
      expect(errors).toBe('standard output: not written: ENOSPC\n');
    });
  });

  it('given a kubeconfig that is none says which file', async () => {
    await bench.write({ broken: 'a: [b' });

    const { code, errors } = await bench.run(['plan', 'shop', '--kubeconfig', 'broken']);

    expect(code).toBe(3);
    expect(errors).toMatch(/^kubeconfig: \S*broken: cannot be read, or is none/m);
    const examined = await bench.run(['doctor', '--kubeconfig', 'broken']);
    expect(examined.code).toBe(1);
    expect(examined.output).toMatch(/kubeconfig +\S*broken: cannot be read, or is none/);
  });

  it('without a folder for the kubeconfig of a sandbox says so', async () => {
    const { code, errors } = await bench.run(['sandbox', '--kubeconfig', 'missing/kubeconfig']);

    expect(code).toBe(3);
    expect(errors).toContain('--kubeconfig missing/kubeconfig: it cannot be written (ENOENT).');
  });

  it('given a pipe for a manifest does not wait for it, nor take it for nothing', async () => {
    await bench.write({ 'piped/a.yaml': manifest });
    execFileSync('mkfifo', [join(bench.folder, 'piped/b.yaml')]);

    const { code, errors } = await bench.run(['plan', 'piped']);

    expect(code).toBe(3);
    expect(errors).toContain('REPOSITORY_FILE_UNREADABLE');
    expect(errors).toContain('b.yaml: it is neither a file nor a folder');
  });

  describe.runIf(process.getuid?.() !== 0)('closed to who looks', () => {
    it('says which file and which folder', async () => {
      await bench.write({ 'closed/a.yaml': manifest });
      await mkdir(join(bench.folder, 'closed/inner'));
      await chmod(join(bench.folder, 'closed/a.yaml'), 0o000);
      await chmod(join(bench.folder, 'closed/inner'), 0o000);

      const { code, errors } = await bench.run(['plan', 'closed']);
      await chmod(join(bench.folder, 'closed/inner'), 0o700);

      expect(code).toBe(3);
      expect(errors).toContain('a.yaml: it cannot be read (EACCES)');
      expect(errors).toContain('inner: it cannot be read (EACCES)');
    });
  });
});
