/** What goes wrong with a real tool. Nothing is fetched: `terraform_data` is built in. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { IsolationLevel } from '@trueup/programs';
import type { Inputs, Outcome } from '@trueup/provider-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { ToolName } from '../schema.ts';
import { createTerraformProvider } from '../terraform-provider.ts';
import { disturbState, editState } from './edit-state.ts';
import { nameOf, Stage, stepsOf } from './planned.ts';
import { toolPath } from './real-tool.ts';
import { sampleTarget } from './sample-stack.ts';

interface Asked {
  readonly inputs?: Inputs;
  readonly target?: object;
  readonly settings?: unknown;
  readonly searchPath?: string;
  readonly graceMs?: number;
  readonly isolation?: IsolationLevel;
  readonly rescueFolder?: string;
}

export function describeTraps(tool: ToolName): void {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trueup-traps-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const stateFile = (): string => join(folder, 'states', 'mark-of-network', 'terraform.tfstate');

  function stage(text: string, asked: Asked = {}): Stage {
    const { searchPath = toolPath, target = {}, inputs = {}, settings = {}, graceMs } = asked;
    const { isolation = 'preferred', rescueFolder } = asked;
    const provider = createTerraformProvider({
      searchPath,
      cacheFolder: join(folder, 'plug-ins'),
      isolation,
      ...(graceMs !== undefined && { graceMs }),
      ...(rescueFolder !== undefined && { rescueFolder }),
    });
    const texts = { 'cloud/network/main.tf': text };
    const place = sampleTarget(join(folder, 'states'), { tool, ...target });
    return new Stage({ provider, target: place, texts, settings, inputs });
  }

  it('plans what a count makes, and owns it', async () => {
    const one = stage('resource "terraform_data" "a" {\n  count = 2\n  input = count.index\n}\n');
    await one.bringUp();
    one.files.set(
      'cloud/network/main.tf',
      'resource "terraform_data" "a" {\n  count = 1\n  input = count.index\n}\n',
    );

    const plan = await one.plan();

    expect(stepsOf(plan)).toEqual(['delete terraform_data.a[1]']);
    expect(plan.changes.find(({ action }) => action === 'delete')?.reason).toBe(
      'Its number is beyond the count.',
    );
    const outcomes = await one.apply(plan);
    expect(outcomes.at(-1)).toMatchObject({ kind: 'done' });
  });

  it('moves what was renamed, and makes nothing anew', async () => {
    const one = stage('resource "terraform_data" "a" {\n  input = 1\n}\n');
    await one.bringUp();
    const before = await readFile(stateFile(), 'utf8');
    one.files.set(
      'cloud/network/main.tf',
      'resource "terraform_data" "b" {\n  input = 1\n}\nmoved {\n  from = terraform_data.a\n  to   = terraform_data.b\n}\n',
    );

    const plan = await one.plan();
    const outcomes = await one.apply(plan);

    expect(stepsOf(plan)).toEqual(['update terraform_data.b']);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['done']);
    const id = (text: string) => JSON.parse(text).resources[0].instances[0].attributes.id;
    expect(id(await readFile(stateFile(), 'utf8'))).toBe(id(before));
  });

  it('says why something is replaced, and ends once', async () => {
    const text = (trigger: number) =>
      `resource "terraform_data" "a" {\n  triggers_replace = ${trigger}\n}\n`;
    const one = stage(text(1));
    await one.bringUp();
    one.files.set('cloud/network/main.tf', text(2));

    const plan = await one.plan();
    const outcomes = await one.apply(plan);

    const [change] = plan.changes;
    expect(change).toMatchObject({
      action: 'replace',
      hazards: ['destroys-data', 'recreates'],
      reason: 'It cannot be changed in place: triggers_replace.',
    });
    expect(outcomes.map(({ kind }) => kind)).toEqual(['progress', 'progress', 'done']);
  });

  it('refuses a saved plan after the state moved, and plans the same again', async () => {
    const one = stage('resource "terraform_data" "a" {\n  input = "x"\n}\n');
    await one.bringUp();
    await editState(stateFile(), disturbState('terraform_data', 'terraform_data.a', 'by hand'));
    const stale = await one.plan();
    await editState(stateFile(), () => undefined);

    const outcomes = await one.apply(stale);
    const again = await one.plan();

    expect(outcomes.map(({ kind }) => kind)).toEqual(['moved']);
    // Nothing but the version moved on, so that the approval still holds.
    const withoutVersion = ({ version: _version, ...change }: (typeof stale.changes)[number]) =>
      change;
    expect(again.changes.map(withoutVersion)).toEqual(stale.changes.map(withoutVersion));
    expect((await one.apply(again)).at(-1)).toMatchObject({ kind: 'done' });
  });

  it("hides what stands in the clear in the saved plan and in the tool's answers", async () => {
    const inputs = { word: { value: 'hunter2-hunter2', sensitive: true } };
    const text =
      'variable "word" {}\nresource "terraform_data" "a" {\n  input = join(" ", ["is", var.word])\n}\noutput "word" {\n  value     = base64encode(var.word)\n  sensitive = true\n}\n';
    const one = stage(text, { inputs });

    const { artifact, ...plan } = await one.plan();
    const outcomes = await one.apply({ ...plan, ...(artifact && { artifact }) });

    const shown = JSON.stringify([plan, outcomes]);
    expect(shown).not.toContain('hunter2');
    expect(shown).not.toContain(Buffer.from('hunter2-hunter2').toString('base64'));
    expect(plan.changes.every(({ fields }) => fields[0]?.sensitive)).toBe(true);
    const { provider } = {
      provider: createTerraformProvider({ searchPath: toolPath, isolation: 'preferred' }),
    };
    const observed = await one.observe();
    expect(provider.outputs(observed)['word']).toEqual({
      value: Buffer.from('hunter2-hunter2').toString('base64'),
      sensitive: true,
    });
    const presented = observed.map(({ id, body }) => provider.present?.(id, body, 'sealed'));
    expect(JSON.stringify(presented)).not.toContain('hunter2');
  });

  it('refuses a name that was made of a secret', async () => {
    const inputs = { word: { value: 'hunter2-hunter2', sensitive: true } };
    const text =
      'variable "word" {}\nresource "terraform_data" "a" {\n  for_each = nonsensitive(toset([var.word]))\n}\n';

    const failure = await stage(text, { inputs })
      .plan()
      .catch((error: unknown) => error);

    expect(failure).toMatchObject({ family: 'stalled', code: 'TERRAFORM_SECRET_NAME' });
    expect(JSON.stringify([failure, (failure as Error).message])).not.toContain('hunter2');
  });

  it('names no folder of a call, whatever the tool complains of', async () => {
    const inputs = { word: { value: 'hunter2-hunter2', sensitive: true } };
    const text =
      'variable "word" {\n  type = object({ a = number })\n}\noutput "a" {\n  value = 1\n}\n';

    const { diagnostics } = await stage(text, { inputs }).plan();

    expect(diagnostics).toMatchObject([{ severity: 'error' }]);
    expect(JSON.stringify(diagnostics)).not.toMatch(/hunter2|\/tmp|trueup-program/);
  });

  it('is done with an output that has no value, which the state leaves out', async () => {
    const one = stage('output "later" {\n  value = null\n}\noutput "now" {\n  value = 1\n}\n');
    await one.bringUp();
    const prepared = await one.prepare();

    const observed = await one.observeAll(prepared);

    const provider = createTerraformProvider({ searchPath: toolPath, isolation: 'preferred' });
    expect(observed.map((found) => provider.assess(found).status)).toEqual(['current', 'current']);
    expect(provider.outputs(observed)).toEqual({ now: { value: 1, sensitive: false } });
    expect((await one.plan(prepared)).changes.every(({ action }) => action === 'none')).toBe(true);
  });

  it('keeps the states of its workspaces apart, also for approvals', async () => {
    const text = 'resource "terraform_data" "a" {\n  input = terraform.workspace\n}\n';
    const [one, other, alone] = [{ workspace: 'blue' }, { workspace: 'green' }, {}].map((target) =>
      stage(text, { target }),
    );
    if (!(one && other && alone)) throw new Error('There are three.');

    const plan = await one.bringUp();
    const elsewhere = await other.plan();

    expect(stepsOf(elsewhere)).toEqual(['create terraform_data.a']);
    const places = [plan, elsewhere, await alone.plan()].map((made) => made.targetIdentity);
    expect(new Set(places).size).toBe(3);
    expect((await one.apply(elsewhere)).at(-1)?.kind).not.toBe('done');
    const [found] = await one.observe();
    expect(found?.body).toMatchObject({ attributes: { input: { value: 'blue' } } });
    expect((await one.plan()).changes.every(({ action }) => action === 'none')).toBe(true);
  });

  // Only OpenTofu can.
  describe.runIf(tool === 'tofu')('with encryption of its own', () => {
    it('has a state read by its tool where that encrypts it', async () => {
      const provider =
        'key_provider "pbkdf2" "a" {\n  passphrase = "correct horse battery"\n  iterations = 200000\n}\n';
      const method = 'method "aes_gcm" "a" {\n  keys = key_provider.pbkdf2.a\n}\n';
      const where =
        'state {\n  method = method.aes_gcm.a\n}\nplan {\n  method = method.aes_gcm.a\n}\n';
      const environment = { TF_ENCRYPTION: `${provider}${method}${where}` };
      const text = 'resource "terraform_data" "a" {\n  input = "in the clear"\n}\n';
      const one = stage(text, { target: { environment } });

      const { artifact } = await one.bringUp();

      const kept = await readFile(stateFile(), 'utf8');
      expect([kept, Buffer.from(artifact ?? []).toString('latin1')].join()).not.toContain('clear');
      const [found] = await one.observe();
      expect(found?.body).toMatchObject({ attributes: { input: { value: 'in the clear' } } });
      expect(stepsOf(await one.plan())).toEqual([]);
    });
  });

  it('names the line that it does not understand', async () => {
    const one = stage('\nresource "terraform_data" "a" {\n  inptu = 1\n}\n');

    const { diagnostics, changes } = await one.plan();

    expect(changes).toEqual([]);
    expect(diagnostics).toMatchObject([
      { severity: 'error', origin: { file: 'cloud/network/main.tf', line: 3, column: 3 } },
    ]);
    expect(diagnostics[0]?.summary).toContain('Did you mean "input"?');
  });

  it('says who has locked the state, and takes no lock from them', async () => {
    const one = stage(
      'resource "terraform_data" "slow" {\n  provisioner "local-exec" {\n    command = "while [ ! -e go ]; do sleep 0.05; done"\n  }\n}\n',
      { settings: { lockTimeoutSeconds: 0 }, graceMs: 5000 },
    );
    const prepared = await one.prepare();
    const plan = await one.plan(prepared);
    const stop = new AbortController();
    const stream = one.stream(plan, prepared, stop.signal);
    const first = await stream.next();

    const failure = await one.plan(prepared).then(
      () => undefined,
      (error: unknown) => error,
    );
    stop.abort(new Error('Stopped.'));
    await drain(stream).catch(() => undefined);

    expect(first.value).toMatchObject({ kind: 'progress' });
    expect(failure).toMatchObject({ family: 'transient', code: 'TERRAFORM_STATE_LOCKED' });
    expect(String(failure)).toMatch(/locked by \S+@\S+/);
    // Who was cancelled has left no lock.
    expect((await one.plan(prepared)).changes).toHaveLength(1);
  });

  it('stops a plan within a second, with all that it started', async () => {
    const one = stage(
      'data "external" "x" {\n  program = ["true"]\n}\nresource "terraform_data" "a" {}\n',
    );
    const prepared = await one.prepare();
    const stop = new AbortController();
    const planning = one.plan(prepared, stop.signal);
    await delay(30);
    const reason = new Error('Superseded.');
    stop.abort(reason);

    await expect(planning).rejects.toBe(reason);
    expect(existsSync(join(folder, 'states'))).toBe(false);
  });

  it('holds what was begun and not ended against the state', async () => {
    const one = stage(
      'resource "terraform_data" "good" {}\nresource "terraform_data" "bad" {\n  provisioner "local-exec" {\n    command = "exit 3"\n  }\n}\nresource "terraform_data" "after" {\n  input = terraform_data.bad.id\n}\n',
    );
    const plan = await one.plan();

    const outcomes = await one.apply(plan);

    const ends = Object.fromEntries(
      outcomes.filter(({ kind }) => kind !== 'progress').map((end) => [nameOf(end), end.kind]),
    );
    // What a provisioner spoils is there, and damaged.
    expect(ends).toEqual({
      'terraform_data.good': 'done',
      'terraform_data.bad': 'in-doubt',
      'terraform_data.after': 'failed',
    });
    const [tainted] = (await one.plan()).changes.filter(({ action }) => action === 'replace');
    expect(tainted?.reason).toBe('It is marked as damaged: its last creation did not end well.');
  });

  it('gives the credentials for applying to applying only', async () => {
    const one = stage(
      'resource "terraform_data" "a" {\n  provisioner "local-exec" {\n    command = "env > $REPORT"\n  }\n}\n',
      {
        target: {
          environment: { REPORT: join(folder, 'states', 'mark-of-network', 'report') },
          planEnvironment: { KEY: 'for-reading' },
          applyEnvironment: { KEY: 'for-writing' },
        },
      },
    );
    await one.bringUp();

    const report = await readFile(join(folder, 'states', 'mark-of-network', 'report'), 'utf8');

    expect(report).toContain('KEY=for-writing');
    expect(report).not.toContain('for-reading');
    expect(report).not.toMatch(/^(?:KUBEBUILDER_ASSETS|npm_|VITEST)/m);
  });

  it('goes on where lines are no JSON, or have no end', async () => {
    const bin = join(folder, 'bin');
    await mkdir(bin);
    const real = toolPath
      .split(':')
      .map((path) => join(path, tool))
      .find(existsSync);
    const script = `#!/bin/sh\n[ "$1" = version ] || { echo 'Warning: {not json'; echo '{"@level":'; echo '{"type":"unheard_of","@message":"x"}'; head -c 20000000 /dev/zero | tr '\\0' '{'; echo; }\nexec ${real} "$@"\n`;
    await writeFile(join(bin, tool), script);
    await chmod(join(bin, tool), 0o755);
    const one = stage('resource "terraform_data" "a" {}\n', {
      searchPath: `${bin}:${toolPath}`,
      // The script calls a program beside it.
      isolation: 'none',
    });

    const outcomes = await one.apply(await one.plan());

    expect(outcomes.map(({ kind }) => kind)).toEqual(['progress', 'done']);
  });

  it('makes nothing anew where a killed tool cut off the state, and says what to do', async () => {
    const one = stage('resource "terraform_data" "a" {\n  input = 1\n}\n');
    await one.bringUp();
    one.files.set('cloud/network/main.tf', 'resource "terraform_data" "a" {\n  input = 2\n}\n');
    const plan = await one.plan();
    await one.apply(plan);
    const prepared = await one.prepare();
    const torn = { family: 'stalled', code: 'TERRAFORM_STATE_TORN' };

    // As the tool leaves it between emptying the file and writing it.
    await writeFile(stateFile(), '');

    await expect(one.plan(prepared)).rejects.toMatchObject(torn);
    await expect(one.observe()).rejects.toMatchObject(torn);
    await expect(one.apply(plan, prepared)).rejects.toMatchObject(torn);
    await copyFile(`${stateFile()}.backup`, stateFile());
    expect(stepsOf(await one.plan(prepared))).toEqual(['update terraform_data.a']);
  });

  it('says that the network is gone, and loses no record of what was made', async () => {
    const states = new Map<string, string>();
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.method === 'POST') states.set('a', Buffer.concat(chunks).toString());
        response.writeHead(states.has('a') ? 200 : 404).end(states.get('a'));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const state = { http: { address: `http://127.0.0.1:${port}/a`, retry_max: 0 } };
    const one = stage('resource "terraform_data" "a" {\n  input = "made"\n}\n', {
      target: { state, loopback: [port] },
      rescueFolder: join(folder, 'rescued'),
    });
    const prepared = await one.prepare();
    const plan = await one.plan(prepared);
    const stream = one.stream(plan, prepared);
    await stream.next();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));

    const failure = await drain(stream).catch((error: unknown) => error);

    expect(failure).toMatchObject({ family: 'stalled', code: 'TERRAFORM_STATE_UNSAVED' });
    const [name = ''] = await readdir(join(folder, 'rescued'));
    expect(await readFile(join(folder, 'rescued', name), 'utf8')).toContain('"made"');
    await expect(one.plan(prepared)).rejects.toMatchObject({ family: 'transient' });
  });

  it('is in doubt about what it was killed at, and finds out', async () => {
    const one = stage(
      'resource "terraform_data" "slow" {\n  provisioner "local-exec" {\n    command = "kill -9 $(cat /proc/$PPID/status | sed -n s/^PPid:.//p) $PPID"\n  }\n}\n',
    );
    const plan = await one.plan();

    const outcomes = await one.apply(plan).catch((error: unknown) => error);

    const ends = (outcomes as readonly Outcome[]).filter(({ kind }) => kind !== 'progress');
    expect(ends).toHaveLength(1);
    expect(ends[0]?.kind).toMatch(/in-doubt|failed/);
    // The next look tells: nothing is locked, and the plan says what is left.
    expect(stepsOf(await one.plan())[0]).toMatch(/^(?:create|replace) terraform_data.slow$/);
  });
}

async function drain(stream: AsyncGenerator<Outcome>): Promise<void> {
  for (let next = await stream.next(); !next.done; next = await stream.next());
}
