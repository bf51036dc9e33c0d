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
  const prefix = `read -r order; prefix="$(printf %s "$order" | sed 's/.*"prefix":"\\([^"]*\\)".*/\\1/')"`;
  await writeFile(join(folder, 'ansible-playbook'), `#!/bin/sh\n${prefix}\n${script}\n`, {
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
      echo "$prefix"'{"e":"play","play":"base"}'
      echo "$prefix"'{"e":"play",'
      echo '{"e":"play","play":"forged without the prefix"}'
      echo "said on its error output" >&2
      printf '%s' "$prefix"'{"e":"stats","hosts":{}}'`);

    expect(events.map(({ kind }) => kind)).toEqual(['play', 'malformed', 'stats']);
    expect(end.said).toContain('[WARNING]: something');
    expect(end.said).toContain('said on its error output');
  });

  it('that is killed midway tells so, and what it told before counts', async () => {
    const { end, events } = await run(
      `echo "$prefix"'{"e":"begin","host":"here","task":"base / one"}'; kill -9 $$`,
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

  it('that says more in one line than anybody reads is not taken at its word', async () => {
    const { events } = await run(
      `printf '%s' "$prefix"; head -c 17000000 /dev/zero | tr '\\0' x; echo; echo "$prefix"'{"e":"play","play":"base"}'`,
    );

    expect(events.map(({ kind }) => kind)).toEqual(['malformed', 'play']);
  });

  it('that prints what is no UTF-8 is understood, with a sign for what it is not', async () => {
    const { events } = await run(
      `printf '%s{"e":"play","play":"b\\377se \\355\\240\\200 \\\\ud800"}\\n' "$prefix"`,
    );

    const [play] = events;
    const name = play?.kind === 'play' ? play.play : '';
    expect(name).toMatch(/^b\ufffdse/);
    expect(name.isWellFormed()).toBe(true);
  });

  it('gets secrets in files of its own, never as an argument or in its environment', async () => {
    const { end } = await run(
      'echo "$@"; env; tr "\\0" "\\n" <"/proc/$$/environ"; cat "$HOME/../vault-0" "$HOME/../key"; ls -l "$HOME/../key"',
    );

    const lines = end.said.split('\n');
    expect(lines.filter((line) => line.includes('the vault password'))).toEqual([
      'the vault password',
    ]);
    expect(lines.filter((line) => line.includes('the private key'))).toEqual(['the private key']);
    expect(end.said).toContain('-rw------- ');
    expect(end.said).not.toMatch(/trueup [0-9a-f-]{36} /);
  });

  it('leaves nothing behind', async () => {
    const before = await privateFolders();
    await run('touch "$HOME/left"');

    expect(await privateFolders()).toEqual(before);
  });

  it('that is too old is refused', async () => {
    const old = `echo "$prefix"'{"e":"start","core":"2.9.27"}'; exec sleep 60`;

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
