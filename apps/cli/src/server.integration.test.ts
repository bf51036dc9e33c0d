/** The commands that ask a server, against the real one. */
import { execFileSync } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type CliBench, openCliBench, type RunningCli } from './testing/cli-bench.ts';

const example: string = join(import.meta.dirname, '../../../examples/shop');

const searchPath: string = process.env['PATH'] ?? '';

const configuration = `apiVersion: trueup.dev/v1
targets:
  production: { kubernetes: { context: bench } }
stacks:
  - { name: platform-production, path: platform/production, target: production }
  - { name: shop-production, path: apps/shop/production, target: production, after: [platform-production] }
`;

describe('trueup with a server', () => {
  let bench: CliBench;
  let server: RunningCli;
  let url: string;
  let link: string;

  beforeAll(async () => {
    bench = await openCliBench({ searchPath });
    await makeRepository();
    const flags = ['--data', join(bench.folder, 'data'), '--listen', '127.0.0.1:0'];
    const serve = ['serve', ...flags, '--allow-local-repositories'];
    server = bench.start(serve, { lasts: true });
    const welcome = await server.untilMatch(/(http:\/\/\S+)\/welcome#(\S+)/);
    [, url = ''] = welcome;
    [link = ''] = welcome;
  });
  afterAll(async () => {
    server.process.kill('SIGTERM');
    await server.ended;
    await bench[Symbol.asyncDispose]();
  });

  it('is let in by nothing but a token', async () => {
    const { code, errors } = await bench.run(['status', '--server', url]);

    expect(errors).toContain('Log in by');
    expect(code).toBe(1);
  });

  it('makes the first administrator, and remembers it', async () => {
    expect(await bench.run(['login', link])).toMatchObject({
      code: 3,
      errors: expect.stringContaining('--member'),
    });
    expect(await bench.run(['login', link, '--member', 'ada'])).toMatchObject({
      code: 0,
      output: `Logged in to ${url} as ada.\n`,
    });
  });

  it('follows a repository, and runs what it says', async () => {
    const added = await bench.run([
      ...['repository', 'add', `file://${join(bench.folder, 'shop')}`],
      ...['--name', 'shop', '--interval', '1'],
    ]);
    const [done] = await untilRuns('succeeded', 2);

    expect(added.output).toBe('shop: branch main is followed.\n');
    expect(done?.stack).toBe('shop/shop-production');
    expect(await bench.run(['repository', 'list'])).toMatchObject({
      output: expect.stringMatching(/^shop +main +[0-9a-f]{12} /m),
    });
  });

  it('shows how everything is, what was planned, and what is to be done', async () => {
    expect(await bench.run(['status'])).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^shop\/shop-production +production +current/m),
    });
    expect(await bench.run(['plan'])).toMatchObject({
      code: 0,
      output: expect.stringMatching(/shop\/shop-production → production +done: 5 changes/),
    });
    expect(await bench.run(['drift'])).toMatchObject({ code: 0, output: 'Drift: none.\n' });
  });

  it('shows runs, one after the other and one by one', async () => {
    const [run] = await runs();
    const history = await bench.run(['history', 'shop-production']);
    const shown = await bench.run(['run', 'show', run?.id ?? '']);

    expect(history.output).toMatch(/commit:ada@example\.com +5\/5 +succeeded/);
    expect(shown.output).toContain('+ create    Deployment.apps shop/web');
    expect(shown.output).toMatch(/done +Deployment\.apps shop\/web/);
    expect(shown.code).toBe(0);
  });

  it('says who wrote the line', async () => {
    const { output } = await bench.run([
      ...['why', 'configmap/shop-settings', 'data.BANNER', '--stack', 'shop-production'],
    ]);

    expect(output).toMatch(/settings\.yaml:\d+ {2}Ada, /);
    expect(output).toContain('shop: open');
  });

  it('pauses and unpauses a stack', async () => {
    await bench.run(['stack', 'pause', 'shop-production', '--reason', 'a talk']);
    const paused = await bench.run(['status', '-s', 'shop-production']);
    await bench.run(['stack', 'unpause', 'shop-production']);
    const followed = await bench.run(['status', '-s', 'shop-production']);

    expect(paused.output).toMatch(/paused by .*ada: a talk/);
    expect(followed.output).not.toContain('paused');
  });

  it('starts a run and watches it to its end', async () => {
    expect(await bench.run(['apply', '-s', 'shop-production'])).toMatchObject({ code: 2 });
    expect(await bench.run(['apply', '-s', 'shop-production', '--yes'])).toMatchObject({
      code: 0,
      output: expect.stringContaining('Done: there was nothing to do.'),
    });
  });

  it('goes back to an older revision, and leaves the stack paused', async () => {
    const revision = git('rev-parse', 'HEAD');
    git('commit', '-q', '--allow-empty', '-m', 'shop: nothing');

    const unknown = await bench.run([
      ...['rollback', 'shop-production', '0000000', '--reason', 'as before', '--yes'],
    ]);
    const { code, output } = await bench.run([
      ...['rollback', 'shop-production', revision.slice(0, 12), '--reason', 'as before', '--yes'],
    ]);

    expect(unknown).toMatchObject({ code: 3, errors: expect.stringContaining('no run of it') });
    expect(output).toContain('Done: ');
    expect(code).toBe(0);
    expect((await bench.run(['status'])).output).toContain('as before');
  });

  it('follows what is paused again, and has nothing to heal', async () => {
    await bench.run(['stack', 'unpause', 'shop-production']);

    expect(await bench.run(['heal', 'shop-production'])).toMatchObject({
      code: 0,
      output: 'Nothing to heal: none of them has drifted.\n',
    });
  });

  it('shows a stack with what its resources brought about', async () => {
    const { code, output } = await bench.run(['stack', 'show', 'shop-production']);

    expect(output).toMatch(/^ {2}applied +[0-9a-f]{12}, /m);
    expect(output).toMatch(/^└ ReplicaSet\.apps shop\/web-/m);
    expect(output).toMatch(/^ {2}└ Pod shop\/web-/m);
    expect(code).toBe(0);
  });

  it('prints the logs of what a resource brought about', async () => {
    const { code, output } = await bench.run(['logs', 'deployment/web', '-n', '1']);

    expect(output.split('\n')).toHaveLength(2);
    expect(code).toBe(0);
  });

  it('streams events as lines of JSON, until nobody reads them', async () => {
    const { output } = await bench.run(['run', 'list', '-o', 'json']);
    const [run] = JSON.parse(output).runs;
    const started = bench.start(['events', '--after', '0', '-o', 'json'], { lasts: true });
    const [seen] = await started.untilMatch(/^\{"sequence":1,.*\}$/m);
    started.process.kill('SIGINT');

    expect(JSON.parse(seen)).toMatchObject({ sequence: 1, type: 'repository:advanced' });
    expect(run.stack).toBe('shop/shop-production');
    expect((await started.ended).code).toBe(0);
    expect(await bench.runUnread(['events', '--after', '0', '-o', 'json'])).toBe(0);
  });

  it('shows what one revision set off', async () => {
    const listed = await bench.run(['rollout', 'list', '-o', 'json']);
    const [{ id }] = JSON.parse(listed.output).rollouts.toReversed();
    const { code, output } = await bench.run(['rollout', 'show', id.slice(0, 20)]);

    expect(output).toMatch(/^shop\/shop-production +succeeded/m);
    expect(code).toBe(0);
  });

  it('lets others in, as far as they may', async () => {
    await bench.run(['member', 'set', 'bob', '--role', 'viewer']);
    const { output: token } = await bench.run([
      'token',
      'create',
      '--member',
      'bob',
      '--label',
      'x',
    ]);
    const environment = { TRUEUP_SERVER: url, TRUEUP_TOKEN: token.trim() };

    const who = await bench.run(['whoami'], { environment });
    const denied = await bench.run(['stack', 'pause', 'shop-production', '--reason', 'x'], {
      environment,
    });
    await bench.run(['member', 'remove', 'bob']);

    expect(who.output).toBe(`bob at ${url}\nviewer\n`);
    expect(denied).toMatchObject({ code: 1, errors: expect.stringContaining('ACCESS_DENIED') });
    expect((await bench.run(['whoami'], { environment })).errors).toContain('UNAUTHENTICATED');
    expect((await bench.run(['audit'])).output).toMatch(/member:ada +member:removed +bob/);
    expect(await bench.run(['audit', '--verify'])).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^\d+ lines, 1 to \d+: each fits to the one before it\.$/m),
    });
  });

  it('waits for an approval of exactly what was planned', async () => {
    const rule = 'rules: [{ stacks: ["shop-*"], approvals: { count: 1 } }]\n';
    await bench.write({ 'shop/trueup.yaml': `${configuration}${rule}` });
    git('commit', '-qam', 'shop: ask first');
    const settings = join(bench.folder, 'shop/apps/shop/production/settings.yaml');
    await writeFile(settings, (await readFile(settings, 'utf8')).replace('Sunday', 'Monday'));
    git('commit', '-qam', 'shop: until Monday');
    await bench.run(['repository', 'fetch', 'shop']);
    const [waiting] = await untilRuns('awaiting-approval', 1);
    const short = waiting?.id.slice(0, 16) ?? '';

    const status = await bench.run(['status']);
    const unnamed = await bench.run(['approve', short]);
    const digest = /^Say which: |approve \S+ ([0-9a-f]{12})/m.exec(unnamed.errors)?.[1] ?? '';
    const wrong = await bench.run(['approve', short, '0'.repeat(12)]);
    const right = await bench.run(['approve', short, digest]);
    const followed = await bench.run(['run', 'show', '--follow', short]);

    expect(status.output).toContain('awaiting-approval: A rule asks for 1 approval.');
    expect(unnamed).toMatchObject({ code: 3, output: expect.stringContaining('until Monday') });
    expect(wrong).toMatchObject({ code: 1, errors: expect.stringContaining('CONFLICT') });
    expect(right).toMatchObject({ code: 0, output: expect.stringContaining('approved by ada') });
    expect(followed).toMatchObject({
      code: 0,
      output: expect.stringContaining('Approved: by ada'),
    });
  });

  it('answers every question of a program with a document', async () => {
    const asked = [
      ...['plan', 'drift', 'stack show shop-production', 'why deployment/web -s shop-production'],
    ];

    const answers = await Promise.all(
      asked.map(async (words) => {
        const { output } = await bench.run([...words.split(' '), '-o', 'json']);
        return [words, typeof JSON.parse(output)];
      }),
    );

    expect(answers).toEqual(asked.map((words) => [words, 'object']));
  });

  it('keeps secrets, and shows none', async () => {
    const set = await bench.run(['secret', 'set', 'hook', '--for', 'repository:shop'], {
      input: 'hunter2-and-more\n',
    });
    const listed = await bench.run(['secret', 'list', '-o', 'json']);

    expect(set.output).toBe('hook: it is kept.\n');
    expect(JSON.parse(listed.output).secrets).toMatchObject([
      { name: 'hook', uses: [{ kind: 'repository', name: 'shop' }] },
    ]);
    expect(listed.output).not.toContain('hunter2');
  });

  it('approves nothing that nobody planned', async () => {
    const [run] = await runs();

    const { code, errors } = await bench.run(['approve', run?.id ?? '', '0'.repeat(12)]);

    expect(errors).not.toContain('this should not have happened');
    expect(code).not.toBe(0);
  });

  it('answers what there is not as bad input', async () => {
    expect((await bench.run(['history', 'shop/nothing'])).code).toBe(3);
    expect((await bench.run(['run', 'show', 'nothing'])).code).toBe(3);
  });

  it('tells a server that gives no answer from everything else', async () => {
    const environment = { TRUEUP_SERVER: 'http://127.0.0.1:1' };

    expect((await bench.run(['status'], { environment })).code).toBe(4);
  });

  it('forgets the login', async () => {
    await bench.run(['login', '--logout']);

    expect((await bench.run(['run', 'list'])).errors).toContain('No server is named');
  });

  async function makeRepository(): Promise<void> {
    const folder = join(bench.folder, 'shop');
    await cp(example, folder, { recursive: true });
    await bench.write({ 'shop/trueup.yaml': configuration });
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('commit', '-qm', 'shop: open');
  }

  function git(...words: readonly string[]): string {
    const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
    const options = { cwd: join(bench.folder, 'shop'), encoding: 'utf8' } as const;
    return execFileSync('git', [...author, ...words], options).trim();
  }

  interface ListedRun {
    readonly id: string;
    readonly stack: string;
    readonly phase: { readonly name: string };
  }

  async function runs(): Promise<readonly ListedRun[]> {
    const { output } = await bench.run(['run', 'list', '-o', 'json']);
    return JSON.parse(output).runs;
  }

  async function untilRuns(phase: string, number: number): Promise<readonly ListedRun[]> {
    for (let look = 0; look < 60; look += 1) {
      const found = (await runs()).filter((run) => run.phase.name === phase);
      if (found.length >= number) return found;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    throw new Error(`there are no ${number} runs that ${phase}`);
  }
});
