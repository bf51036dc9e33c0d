/** A tool that misbehaves: scripts in the place of ansible-playbook. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Job, JobEnd } from '../ansible-client.ts';
import { openAnsibleClient } from './open-ansible-client.ts';
import type { AnsibleEvent } from './parse-event.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-tool-'));
});
afterAll(() => rm(folder, { recursive: true }));

const job: Job = {
  mode: 'check',
  access: { credentials: { privateKey: 'the private key' }, knownHosts: '' },
  bundle: {
    files: { 'hosts/site.yaml': Buffer.from('[]').toString('base64') },
    playbook: 'hosts/site.yaml',
    hosts: { here: {} },
    groups: {},
    verbatimHosts: false,
    limit: undefined,
    variables: {},
    taken: {},
    secrets: [],
    vault: { dev: 'the vault password' },
    sops: undefined,
    rolePaths: [],
    requirements: [],
    timeoutMs: 20_000,
    outputs: {},
    tags: [],
    skipTags: [],
    core: '2.21.5',
    resources: 1,
  },
};

async function run(
  script: string,
  { signal = new AbortController().signal, timeoutMs = 20_000 } = {},
): Promise<{ end: JobEnd; events: readonly AnsibleEvent[] }> {
  await writeFile(join(folder, 'ansible-playbook'), `#!/bin/sh\n${script}\n`, {
    mode: 0o755,
  });
  const isolation = { plan: 'none', apply: 'none' } as const;
  const client = openAnsibleClient({ searchPath: folder, isolation });
  const events: AnsibleEvent[] = [];
  const onEvent = (event: AnsibleEvent): void => void events.push(event);
  const asked = { ...job, bundle: { ...job.bundle, timeoutMs } };
  return { end: await client.run(asked, { signal, onEvent }), events };
}

describe('a tool', () => {
  it('that prints between its events, and in the middle of a line, is understood', async () => {
    const { end, events } = await run(`
      echo "[WARNING]: something"
      printf 'module output without an end '
      echo "$TRUEUP_PREFIX"'{"e":"play","play":"base"}'
      echo "$TRUEUP_PREFIX"'{"e":"play",'
      echo '{"e":"play","play":"forged without the prefix"}'
      echo "said on its error output" >&2
      echo "$TRUEUP_PREFIX"'{"e":"stats","hosts":{}}'`);

    expect(events.map(({ kind }) => kind)).toEqual(['play', 'stats']);
    expect(end.malformed).toBe(1);
    expect(end.said).toContain('[WARNING]: something');
    expect(end.said).toContain('said on its error output');
  });

  it('that is killed midway tells so, and what it told before counts', async () => {
    const { end, events } = await run(
      `echo "$TRUEUP_PREFIX"'{"e":"begin","host":"here","task":"base / one"}'; kill -9 $$`,
    );

    expect(events).toEqual([{ kind: 'begin', host: 'here', task: 'base / one' }]);
    expect(end.end).toEqual({ kind: 'killed', signal: 'SIGKILL' });
  });

  it('that goes on for too long is stopped', async () => {
    const { end } = await run('exec sleep 60', { timeoutMs: 300 });

    expect(end.end).toEqual({ kind: 'timed-out' });
  });

  it('that says without end is cut off', async () => {
    const { end } = await run('yes "a long line of no use" | head -c 3000000');

    expect(end.said.length).toBeLessThanOrEqual(16 * 1024);
  });

  it('gets secrets in files of its own, never as an argument or in its environment', async () => {
    const { end } = await run(
      'echo "$@"; env; cat "$HOME/../vault-0" "$HOME/../key"; ls -l "$HOME/../key"',
    );

    const lines = end.said.split('\n');
    expect(lines.filter((line) => line.includes('the vault password'))).toEqual([
      'the vault password',
    ]);
    expect(lines.filter((line) => line.includes('the private key'))).toEqual(['the private key']);
    expect(end.said).toContain('-rw------- ');
  });

  it('leaves nothing behind', async () => {
    const before = await privateFolders();
    await run('touch "$HOME/left"');

    expect(await privateFolders()).toEqual(before);
  });

  it('that is too old is refused', async () => {
    const old = `echo "$TRUEUP_PREFIX"'{"e":"start","core":"2.9.27"}'; exec sleep 60`;

    await expect(run(old)).rejects.toMatchObject({ code: 'ANSIBLE_UNUSABLE' });
  });
});

/** Those of others come and go meanwhile: only such as hold what ours wrote. */
async function privateFolders(): Promise<readonly string[]> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith('trueup-program-'));
  const held = await Promise.all(
    names.map((name) => readdir(join(tmpdir(), name, 'home')).catch((): string[] => [])),
  );
  return names.filter((_name, index) => held[index]?.includes('left'));
}
