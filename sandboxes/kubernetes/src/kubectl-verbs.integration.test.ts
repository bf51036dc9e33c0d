import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { appManifest, startTools, type ToolRunner } from './testing/tool-runner.ts';

const { KUBEBUILDER_ASSETS: assets, PATH } = process.env;
const hasHelm = existsSync(join(assets ?? '', 'helm'));

describe.runIf(assets)('verbs of kubectl', () => {
  let tools: ToolRunner;
  let kubectl: ToolRunner['kubectl'];

  beforeAll(async () => {
    tools = await startTools(assets ?? '', { PATH, KUBE_EDITOR: './edit.sh' });
    kubectl = tools.kubectl;
    await tools.write('edit.sh', '#!/bin/sh\nsed -i s/hello/edited/ "$1"\n');
    await tools.write('app.yaml', appManifest);
    await kubectl('apply', '-f', 'app.yaml');
    await kubectl('rollout', 'status', 'deploy/web');
  });

  afterAll(() => tools[Symbol.asyncDispose]());

  it('print objects in every form', async () => {
    expect(await kubectl('get', 'all', '-A')).toMatch(/deployment.apps\/web\s+2\/2/);
    expect(await kubectl('get', 'pods', '-o', 'wide')).toMatch(/10\.244\.\S+\s+node-\d/);
    expect(await kubectl('get', 'cm', 'settings', '-o', 'yaml')).toContain('greeting: hello');
    expect(JSON.parse(await kubectl('get', 'deploy', '-o', 'json'))).toMatchObject({
      kind: 'List',
      items: [{ kind: 'Deployment' }],
    });
    expect(await kubectl('get', 'deploy', '-o', 'jsonpath={.items[*].metadata.name}')).toBe('web');
    expect(
      await kubectl('get', 'deploy', '-o', 'custom-columns=N:.metadata.name,R:.spec.replicas'),
    ).toMatch(/^N\s+R\nweb\s+2\n$/);
    expect(await kubectl('get', 'deploy', 'web', '--subresource=scale')).toContain('web');
    expect(await kubectl('get', 'pods', '--show-labels', '--sort-by=.metadata.name')).toContain(
      'pod-template-hash=',
    );
  });

  it('select, watch and wait', async () => {
    const running = ['--field-selector', 'status.phase=Running', '-o', 'name'];

    expect((await kubectl('get', 'pods', ...running)).trim().split('\n')).toHaveLength(2);
    expect(await kubectl('get', 'pods', '--field-selector', 'status.phase=Failed')).toContain(
      'No resources found',
    );
    expect(await kubectl('get', 'pods', '-l', 'app in (other)')).toContain('No resources found');
    expect(
      await kubectl('get', 'deploy', '--watch', '--request-timeout=1s', '-o', 'name'),
    ).toContain('deployment.apps/web');
    expect(await kubectl('wait', '--for=condition=Available', 'deploy/web')).toContain('met');
    expect(await kubectl('wait', '--for=jsonpath={.data.greeting}=hello', 'cm/settings')).toContain(
      'met',
    );
    expect(
      await kubectl('wait', '--for=condition=Nothing', 'deploy/web', '--timeout=1s'),
    ).toContain('timed out waiting');
  });

  it('tell of the cluster', async () => {
    expect(await kubectl('cluster-info')).toContain('is running at');
    expect(await kubectl('api-versions')).toMatch(/^apps\/v1$/m);
    expect(await kubectl('get', '--raw', '/readyz')).toBe('ok');
    expect(await kubectl('auth', 'can-i', 'delete', 'nodes')).toContain('yes');
    expect(await kubectl('auth', 'can-i', '--list')).toMatch(/^\*\.\*\s.*\[\*\]$/m);
    expect(await kubectl('auth', 'whoami')).toContain('system:masters');
    expect(await kubectl('top', 'pods')).toContain('Metrics API not available');
    expect(await kubectl('describe', 'node', 'node-1')).toContain('KubeletReady');
    expect(await kubectl('describe', 'pods')).toContain('ContainersReady');
    expect(await kubectl('explain', 'deploy', '--recursive')).toContain('progressDeadlineSeconds');
  });

  it('say what a sandbox cannot do', async () => {
    expect(await kubectl('exec', 'deploy/web', '--', 'ls')).toContain('runs no containers');
    expect(await kubectl('port-forward', 'svc/web', '9999:80')).toContain('error');
    expect(await kubectl('logs', 'none')).toContain('pods "none" not found');
    expect(await kubectl('logs', '-l', 'app=web', '--tail=1')).toBe('web: serving\n'.repeat(2));
  });

  it('change objects', async () => {
    expect(await kubectl('edit', 'cm', 'settings')).toContain('configmap/settings edited');
    expect(await kubectl('get', 'cm', 'settings', '-o', 'jsonpath={.data.greeting}')).toBe(
      'edited',
    );
    const operations = '[{"op":"replace","path":"/data/greeting","value":"again"}]';
    expect(await kubectl('patch', 'cm', 'settings', '--type=json', '-p', operations)).toContain(
      'patched',
    );
    expect(
      await kubectl('patch', 'cm', 'settings', '--type=merge', '-p', '{"data":{"b":"c"}}'),
    ).toContain('patched');
    expect(await kubectl('patch', 'cm', 'settings', '-p', '{"data":{"b":"d"}}')).toContain(
      'patched',
    );
    expect(await kubectl('replace', '-f', 'app.yaml')).toContain('configmap/settings replaced');
    expect(await kubectl('label', 'pods', '--all', 'x=y')).toMatch(/(?:labeled\n.*){2}/);
    expect(await kubectl('annotate', 'cm', 'settings', 'x=y')).toContain('annotated');
    expect(await kubectl('annotate', 'cm', 'settings', 'x=z')).toContain('--overwrite is false');
    expect(await kubectl('set', 'env', 'deploy/web', 'A=b')).toContain('env updated');
    expect(await kubectl('rollout', 'restart', 'deploy/web')).toContain('restarted');
    expect(await kubectl('rollout', 'status', 'deploy/web')).toContain('successfully rolled out');
    expect(await kubectl('autoscale', 'deploy/web', '--max=3')).toContain('autoscaled');
    expect(await kubectl('create', 'sa', 'robot')).toContain('created');
    expect((await kubectl('create', 'token', 'robot')).split('.')).toHaveLength(3);
  });

  it('run, suspend and drain', async () => {
    expect(await kubectl('create', 'job', 'once', '--image=a')).toContain('created');
    expect(await kubectl('wait', '--for=condition=Complete', 'job/once')).toContain('met');
    expect(await kubectl('cordon', 'node-1')).toContain('cordoned');
    expect(await kubectl('drain', 'node-1', '--ignore-daemonsets', '--force')).toContain('drained');
    expect(await kubectl('rollout', 'status', 'deploy/web')).toContain('successfully rolled out');
    const onNode = ['--field-selector', 'spec.nodeName=node-1,status.phase=Running', '-o', 'name'];
    expect(await kubectl('get', 'pods', ...onNode)).toBe('');
    expect(await kubectl('uncordon', 'node-1')).toContain('uncordoned');
  });

  it('delete with and without what belongs to it', async () => {
    await kubectl('delete', 'deploy', 'web', '--cascade=orphan');
    expect(await kubectl('get', 'rs', '-o', 'name')).toContain('replicaset.apps/web-');

    expect(await kubectl('delete', 'rs', '--all', '--cascade=foreground')).toContain('deleted');
    expect(await kubectl('get', 'pods', '-l', 'app=web')).toContain('No resources found');
    expect(await kubectl('delete', 'pod', '--all', '--force')).toContain('Immediate deletion');
    expect(await kubectl('delete', 'cm', 'none', '--ignore-not-found')).toBe('');
    expect(await kubectl('delete', '-f', 'app.yaml', '--dry-run=server')).toContain(
      '(server dry run)',
    );
  });
});

describe.runIf(assets && hasHelm)('helm', () => {
  let tools: ToolRunner;

  beforeAll(async () => {
    tools = await startTools(assets ?? '', { PATH });
    await tools.helm('create', 'chart');
  });

  afterAll(() => tools[Symbol.asyncDispose]());

  it('installs, upgrades, rolls back and uninstalls a chart', async () => {
    const { helm, kubectl } = tools;
    const patient = ['--wait', '--timeout', '20s'];

    expect(await helm('install', 'web', './chart', ...patient)).toContain('STATUS: deployed');
    expect(await helm('test', 'web', '--timeout', '20s')).toContain('Phase:          Succeeded');
    expect(
      await helm('upgrade', 'web', './chart', '--set', 'replicaCount=2', ...patient),
    ).toContain('has been upgraded');
    expect(await kubectl('get', 'deploy', 'web-chart', '--no-headers')).toMatch(/2\/2/);
    expect(await helm('rollback', 'web', '1', ...patient)).toContain('Rollback was a success');
    expect(await helm('history', 'web')).toMatch(/3\s.*Rollback to 1/);
    expect(await helm('uninstall', 'web', ...patient)).toContain('uninstalled');
    expect(await kubectl('get', 'deploy,svc', '-l', 'app.kubernetes.io/instance=web')).toContain(
      'No resources found',
    );
    expect(await helm('install', 'bad', './chart', '--set', 'replicaCount=x')).toContain(
      'cannot unmarshal string',
    );
  });
});
