import { execFileSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type CliBench, openCliBench } from './testing/cli-bench.ts';

const secret = 'hunter2-and-more';

const manifests = {
  'shop/namespace.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n',
  'shop/settings.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data:
  banner: hello
`,
  'shop/secret.yaml': `apiVersion: v1
kind: Secret
metadata: { name: db, namespace: shop }
stringData: { password: ${secret} }
`,
  'shop/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: example.com/web:1
`,
};

const searchPath: string = process.env['PATH'] ?? '';

describe('trueup on a folder', () => {
  let bench: CliBench;
  /** All that was ever printed. */
  const printed: string[] = [];

  beforeAll(async () => {
    bench = await openCliBench({ searchPath });
    await bench.write(manifests);
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
  });

  async function run(...words: readonly string[]) {
    const result = await bench.run(words);
    printed.push(result.output, result.errors);
    return result;
  }

  it('tells its version', async () => {
    expect(await run('--version')).toMatchObject({ code: 0, output: '0.0.0\n' });
  });

  it('plans, and says by its end that changes are pending', async () => {
    const { code, output } = await run('plan', 'shop');

    expect(output).toContain('+ create    Namespace shop');
    expect(output).toContain('web.yaml:1');
    expect(output).toMatch(/^Plan: 4 to create, 0 to update, 0 to delete · digest [0-9a-f]{12}$/m);
    expect(output).not.toContain('\u001b');
    expect(code).toBe(2);
  });

  it('applies nothing unless somebody says yes', async () => {
    const { code, errors } = await run('apply', 'shop');

    expect(errors).toContain('Nothing was applied: nobody is there to say yes.');
    expect(code).toBe(2);
    expect((await run('plan', 'shop')).code).toBe(2);
  });

  it('applies, waits until it is healthy, and has nothing to do then', async () => {
    const { code, output } = await run('apply', 'shop', '--yes');

    expect(output).toContain('✓ create    Deployment.apps shop/web');
    expect(output).toMatch(/^Done: 4 changes applied in .* s\.$/m);
    expect(code).toBe(0);
    expect(await run('plan', 'shop')).toMatchObject({
      code: 0,
      output: expect.stringContaining('Plan: nothing to do. 4 resources are right.'),
    });
  });

  it('prints one document for programs', async () => {
    const { code, output } = await run('plan', 'shop', '-o', 'json');

    expect(JSON.parse(output)).toMatchObject({
      plans: [{ stack: 'shop', totals: { create: 0, none: 4 }, changes: [] }],
      diagnostics: [],
    });
    expect(code).toBe(0);
  });

  it('says how everything is', async () => {
    const { code, output } = await run('status', 'shop', '--all');

    expect(output).toMatch(/Deployment\.apps shop\/web +current/);
    expect(code).toBe(0);
  });

  it('renders without showing secrets', async () => {
    const { output, errors } = await run('render', 'shop');

    expect(output).toContain('password: (sealed)');
    expect(output).toContain('image: example.com/web:1');
    expect(errors).toContain('Secrets stand as (sealed)');
  });

  it('shows both sides of a change, line by line', async () => {
    await bench.write({
      'shop/settings.yaml': manifests['shop/settings.yaml'].replace('hello', 'good day'),
      'shop/secret.yaml': manifests['shop/secret.yaml'].replace(secret, `${secret}-new`),
    });

    const { code, output } = await run('diff', 'shop');

    expect(output).toContain('-   banner: hello\n+   banner: good day');
    expect(output).toMatch(/- {3}password: \(sealed\)\n\+ {3}password: \(sealed, changed\)/);
    expect(code).toBe(2);
    expect(await run('plan', 'shop')).toMatchObject({
      output: expect.stringContaining('data.banner  hello → good day'),
    });
  });

  it('finds drift, and who it was', async () => {
    await edit('/apis/apps/v1/namespaces/shop/deployments/web', { spec: { replicas: 3 } });

    const { code, output } = await run('drift', 'shop');

    expect(output).toMatch(/spec\.replicas {2}3 → 1 +by somebody, .* · .*web\.yaml:5/);
    expect(output).toContain('Drift: 1 resource drifted');
    expect(output).toContain('2 changes not applied yet');
    expect(code).toBe(2);
  });

  it('says why a field is so', async () => {
    const git = (...words: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...words], {
        cwd: bench.folder,
      });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'shop: one replica');

    const { code, output } = await run(
      'why',
      'deployment/web',
      'spec.replicas',
      '--folder',
      'shop',
    );

    expect(output).toMatch(/Git {5}1\n.*web\.yaml:5 {2}Ada, .*\n.* shop: one replica/);
    expect(output).toMatch(/target {2}3\n +written by somebody/);
    expect(code).toBe(0);
  });

  it('takes over nothing without being told to', async () => {
    await create('/api/v1/namespaces/shop/configmaps', {
      metadata: { name: 'foreign' },
      data: { a: 'b' },
    });
    const foreign = {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { name: 'foreign', namespace: 'shop' },
    };
    await bench.write({ 'shop/foreign.yaml': JSON.stringify({ ...foreign, data: { a: 'c' } }) });

    const refused = await run('apply', 'shop', '--yes');
    const done = await run('apply', 'shop', '--yes', '--take-over');

    expect(refused.output).toContain('! TAKE OVER ConfigMap shop/foreign');
    expect(refused).toMatchObject({ code: 2, errors: expect.stringContaining('--take-over') });
    expect(done).toMatchObject({ code: 0, errors: expect.stringContaining('Applying') });
  });

  it('deletes no more than it is told to', async () => {
    const rest = { ...manifests, 'shop/foreign.yaml': '', 'shop/settings.yaml': '' };
    await bench.write({ ...rest, 'shop/web.yaml': '' });

    const refused = await run('apply', 'shop', '--yes');
    const done = await run('apply', 'shop', '--yes', '--allow-deletions', '3');

    expect(refused.output).toContain('- DELETE    Deployment.apps shop/web');
    expect(refused).toMatchObject({
      code: 2,
      errors: expect.stringContaining('--allow-deletions 3'),
    });
    expect(refused.errors).toContain('was applied from a folder that was called shop too');
    expect(done.code).toBe(0);
    expect(done.output).toContain('✓ delete    Deployment.apps shop/web');
  });

  it('answers bad input with places, as compilers do, all at once', async () => {
    await bench.write({
      'bad/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: x\n',
      'bad/b.yaml': 'kind: ConfigMap\nmetadata: { name: y }\n',
    });

    const { code, errors } = await run('plan', 'bad');

    expect(errors).toMatch(/^a\.yaml:4:1: error YAML_/m);
    expect(errors).toMatch(/^ {2}4 │/m);
    expect(errors).toMatch(/^b\.yaml:1.* error /m);
    expect(code).toBe(3);
  });

  it('says which context, stack, resource or field was meant', async () => {
    const context = await run('plan', 'shop', '--context', 'bensch');
    const stack = await run('plan', 'shop', '--stack', 'shpo');
    const resource = await run('why', 'namespce/shop', '--folder', 'shop');

    expect(context.errors).toContain(
      'context bensch: the kubeconfigs have no such context: there are bench',
    );
    expect(stack.errors).toContain('Did you mean shop?');
    expect(resource.errors).toContain('Did you mean namespace/shop?');
    expect([context.code, stack.code, resource.code]).toEqual([3, 3, 3]);
  });

  it('names a kubeconfig that is not there', async () => {
    const { code, errors } = await bench.run(['plan', 'shop'], {
      environment: { KUBECONFIG: '/no/kubeconfig' },
    });

    expect(errors).toContain('kubeconfig: there is no /no/kubeconfig');
    expect(code).toBe(3);
  });

  it('says once what to do where several stacks fail for one reason', async () => {
    const target = (name: string) => `{ kubernetes: { context: ${name} } }`;
    await bench.write({
      'away/trueup.yaml': `apiVersion: trueup.dev/v1
targets: { a: ${target('none-a')}, b: ${target('none-b')} }
stacks:
  - { name: one, path: one, target: a }
  - { name: two, path: two, target: b }
`,
      'away/one/a.yaml': manifests['shop/namespace.yaml'],
      'away/two/a.yaml': manifests['shop/namespace.yaml'],
    });

    const { code, errors } = await run('plan', 'away');

    expect(errors).toContain('two: kubeconfig: ');
    expect(errors.split('Name a kubeconfig by --kubeconfig')).toHaveLength(2);
    expect(code).toBe(3);
  });

  it('does not say that nothing drifted where it could not look', async () => {
    const { code, output } = await run('drift', 'bad');

    expect(output).toContain('Drift: not known. 1 stack could not be looked at.');
    expect(code).toBe(3);
  });

  it('plans the same where new resources are only predicted', async () => {
    await bench.write({ 'new/a.yaml': manifests['shop/namespace.yaml'].replace('shop', 'new') });
    const tried = JSON.parse((await run('plan', 'new', '-o', 'json')).output);
    const predicted = JSON.parse(
      (await run('plan', 'new', '--creates', 'predicted', '-o', 'json')).output,
    );

    expect(tried.plans[0].changes[0]).toMatchObject({ action: 'create', confidence: 'certain' });
    expect(predicted.plans[0].changes[0]).toMatchObject({
      action: 'create',
      confidence: 'predicted',
    });
  });

  it('looks at what it needs', async () => {
    const { code, output } = await run('doctor', 'shop');

    expect(output).toMatch(/^✓ target bench +answers$/m);
    expect(output).toMatch(/^✓ git /m);
    expect(code).toBe(0);
  });

  it('completes commands and flags', async () => {
    const { output } = await run('completion', 'bash');
    const script = `${output}\nCOMP_WORDS=(trueup run sh); COMP_CWORD=2; _trueup; echo "\${COMPREPLY[@]}"`;

    expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim()).toBe('show');
  });

  it('tells a target that gives no answer from everything else', async () => {
    const kubeconfig = bench.sandbox.kubeconfig().replace(/127\.0\.0\.1:\d+/, '127.0.0.1:1');
    await bench.write({ dead: kubeconfig });

    const { code, errors } = await run('plan', 'shop', '--kubeconfig', 'dead');

    expect(errors).toMatch(/UNREACHABLE/);
    expect(code).toBe(4);
  });

  it('is content with a reader that stops reading', async () => {
    expect(await bench.runUnread(['render', 'shop'])).toBe(0);
  });

  it('never printed the secret, and left nothing behind', async () => {
    expect(printed.join('\n')).not.toContain(secret);
    expect(await bench.leftovers()).toEqual([]);
  });

  async function edit(path: string, patch: object): Promise<void> {
    const response = await fetch(`${bench.sandbox.url}${path}?fieldManager=somebody`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify(patch),
    });
    if (!response.ok) throw new Error(await response.text());
    await response.body?.cancel();
  }

  async function create(path: string, body: object): Promise<void> {
    const response = await fetch(`${bench.sandbox.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
    await response.body?.cancel();
  }
});

describe('trueup apply, interrupted', () => {
  it('begins nothing new, and says what is left', async () => {
    await using bench = await openCliBench({ searchPath, podStartMs: 3_600_000 });
    await bench.write(manifests);
    const started = bench.start(['apply', 'shop', '--yes']);
    await started.until('waiting until 1 resource is healthy');

    started.process.kill('SIGINT');

    const { code, output, errors } = await started.ended;
    expect(errors).toContain('Ctrl-C again ends at once');
    expect(output).toMatch(/^Stopped: 4 changes applied/m);
    expect(code).toBe(130);
    expect(await bench.leftovers()).toEqual([]);
  });

  it('goes on when nobody reads what it says', async () => {
    await using bench = await openCliBench({ searchPath });
    await bench.write(manifests);

    expect(await bench.runUnread(['apply', 'shop', '--yes'])).toBe(0);
    expect((await bench.run(['plan', 'shop'])).code).toBe(0);
  });

  it('says that nothing has happened when it is stopped before', async () => {
    await using bench = await openCliBench({ searchPath });
    await bench.write(manifests);
    const hole = createServer((socket) => void socket.on('error', () => undefined));
    await new Promise<void>((resolve) => hole.listen(0, '127.0.0.1', resolve));
    const { port } = hole.address() as AddressInfo;
    await bench.write({
      dead: bench.sandbox.kubeconfig().replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port}`),
    });
    const connected = new Promise((resolve) => hole.once('connection', resolve));
    const started = bench.start(['apply', 'shop', '--yes', '--kubeconfig', 'dead']);
    await connected;

    started.process.kill('SIGINT');

    expect(await started.ended).toMatchObject({
      code: 130,
      errors: expect.stringContaining('Nothing was applied.\nInterrupted.'),
    });
    hole.close();
  });

  it('does not wait where it is told not to', async () => {
    await using bench = await openCliBench({ searchPath, podStartMs: 3_600_000 });
    await bench.write(manifests);

    expect((await bench.run(['apply', 'shop', '--yes', '--no-wait'])).code).toBe(0);
  });
});

describe('trueup serve', () => {
  it('has the flags of the server', async () => {
    await using bench = await openCliBench({ searchPath });

    const asked = [
      ['serve', '--help'],
      ['help', 'serve'],
    ];
    const answers = await Promise.all(asked.map((words) => bench.run(words)));

    for (const { code, output } of answers) {
      expect(output).toContain('--listen HOST:PORT');
      expect(code).toBe(0);
    }
  });

  it('says what is wrong with its flags, and ends', async () => {
    await using bench = await openCliBench({ searchPath });

    const { code, errors } = await bench.run(['serve', '--listen', 'nowhere']);

    expect(errors).toContain('--listen: is HOST:PORT');
    expect(code).toBe(1);
  });
});

describe('trueup sandbox', () => {
  it('runs a cluster until it is stopped, and leaves nothing', async () => {
    await using bench = await openCliBench({ searchPath });
    const started = bench.start(['sandbox', '--kubeconfig', 'mine', '--name', 'mine'], {
      lasts: true,
    });
    await started.until('It ends with Ctrl-C');
    await bench.write({ 'm/a.yaml': manifests['shop/namespace.yaml'] });

    const planned = await bench.run(['plan', 'm', '--kubeconfig', 'mine']);
    started.process.kill('SIGINT');

    expect(planned).toMatchObject({ code: 2, output: expect.stringContaining('Namespace shop') });
    expect((await started.ended).code).toBe(0);
    await expect(stat(join(bench.folder, 'mine'))).rejects.toThrow('ENOENT');
  });

  it('overwrites no kubeconfig of somebody else', async () => {
    await using bench = await openCliBench({ searchPath });
    await bench.write({ config: 'apiVersion: v1\nkind: Config\n' });

    const { code, errors } = await bench.run(['sandbox', '--kubeconfig', 'config']);

    expect(errors).toContain('it exists, and is none of a sandbox');
    expect(code).toBe(3);
  });
});

describe('trueup demo', () => {
  it('sees every step happen, and leaves nothing', async () => {
    await using bench = await openCliBench({ searchPath });

    const { code, output } = await bench.run(['demo', '--exit']);

    expect(output).toContain('Seen: push, plan, run, drift, heal, merge request, approvals');
    expect(code).toBe(0);
    expect(await bench.leftovers()).toEqual([]);
  });

  it('ends at Ctrl-C, and leaves nothing', async () => {
    await using bench = await openCliBench({ searchPath });
    const started = bench.start(['demo'], { lasts: true });
    await started.until('the push was seen');

    started.process.kill('SIGINT');

    expect((await started.ended).code).toBe(130);
    expect(await bench.leftovers()).toEqual([]);
  });
});
