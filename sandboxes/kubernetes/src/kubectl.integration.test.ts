import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { appManifest, startTools, type ToolRunner } from './testing/tool-runner.ts';

const { KUBEBUILDER_ASSETS: assets, PATH } = process.env;

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd]}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, properties: {size: {type: integer, description: How large it is.}}}
      additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
`;

const widget = 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\nspec: {size: 3}\n';

describe.runIf(assets)('kubectl', () => {
  let tools: ToolRunner;
  let kubectl: ToolRunner['kubectl'];

  beforeAll(async () => {
    tools = await startTools(assets ?? '', { PATH });
    kubectl = tools.kubectl;
    await tools.write('app.yaml', appManifest);
    await tools.write('changed.yaml', appManifest.replace('web:1', 'web:2'));
    await tools.write('definition.yaml', definition);
    await tools.write('widget.yaml', widget);
  });

  afterAll(() => tools[Symbol.asyncDispose]());

  it('knows the cluster and its kinds', async () => {
    expect(await kubectl('version')).toContain('Server Version: v1.35');
    expect(await kubectl('api-resources')).toMatch(
      /^deployments\s+deploy\s+apps\/v1\s+true\s+Deployment$/m,
    );
    expect(await kubectl('config', 'current-context')).toBe('smoke\n');
    expect(await kubectl('auth', 'can-i', 'create', 'pods')).toContain('yes');
  });

  it('applies, waits, changes and rolls back', async () => {
    expect(await kubectl('apply', '-f', 'app.yaml')).toContain('deployment.apps/web created');
    expect(await kubectl('rollout', 'status', 'deploy/web')).toContain('successfully rolled out');
    expect(await kubectl('wait', '--for=condition=Available', 'deploy/web')).toContain(
      'condition met',
    );
    expect(await kubectl('diff', '-f', 'changed.yaml')).toMatch(
      /\+\s+- image: registry.example\/web:2/,
    );
    expect(await kubectl('apply', '-f', 'changed.yaml')).toContain(
      'deployment.apps/web configured',
    );
    expect(await kubectl('apply', '-f', 'changed.yaml')).toContain('deployment.apps/web unchanged');
    expect(await kubectl('rollout', 'undo', 'deploy/web')).toContain('rolled back');
    expect(await kubectl('rollout', 'status', 'deploy/web')).toContain('successfully rolled out');
    expect(await kubectl('rollout', 'history', 'deploy/web')).toMatch(/^2\s.*\n3\s/m);
    expect(await kubectl('get', 'deploy', 'web', '-o', 'wide')).toMatch(
      /web\s+2\/2\s+2\s+2\s.*web:1/,
    );
  });

  it('applies on the server side, and tells whose field it is', async () => {
    const apply = ['apply', '--server-side', '-f', 'app.yaml'];

    expect(await kubectl(...apply, '--field-manager', 'one', '--force-conflicts')).toContain(
      'serverside-applied',
    );
    expect(await kubectl('diff', '--server-side', '-f', 'app.yaml', '--field-manager', 'one')).toBe(
      '',
    );
    expect(await kubectl('scale', 'deploy/web', '--replicas', '3')).toContain('scaled');
    expect(await kubectl(...apply, '--field-manager', 'one')).toContain('conflict');
    expect(
      await kubectl(...apply, '--field-manager', 'one', '--dry-run=server', '--force-conflicts'),
    ).toContain('(server dry run)');
  });

  it('reads, describes and explains', async () => {
    expect(await kubectl('get', 'pods', '-l', 'app=web', '--no-headers')).toMatch(/1\/1\s+Running/);
    expect(await kubectl('get', 'svc', 'web', '-o', 'jsonpath={.spec.clusterIP}')).toMatch(
      /^10\.96\./,
    );
    expect(await kubectl('describe', 'deploy', 'web')).toContain('ScalingReplicaSet');
    expect(await kubectl('describe', 'svc', 'web')).toContain('Selector:');
    expect(await kubectl('logs', 'deploy/web')).toContain('web: ready');
    expect(await kubectl('events', '--for', 'deploy/web')).toContain('Scaled up');
    expect(await kubectl('explain', 'deployment.spec.replicas')).toContain('<integer>');
  });

  it('writes in all the ways that it has', async () => {
    expect(await kubectl('label', 'cm', 'settings', 'tier=web')).toContain('labeled');
    expect(await kubectl('annotate', 'cm', 'settings', 'note=x')).toContain('annotated');
    expect(await kubectl('patch', 'cm', 'settings', '-p', '{"data":{"greeting":"hi"}}')).toContain(
      'patched',
    );
    expect(await kubectl('set', 'image', 'deploy/web', 'web=registry.example/web:3')).toContain(
      'image updated',
    );
    expect(await kubectl('create', 'ns', 'other')).toContain('namespace/other created');
    expect(await kubectl('create', 'configmap', 'made', '--from-literal=a=b')).toContain(
      'configmap/made created',
    );
    expect(await kubectl('create', 'deployment', 'made', '--image=a:1')).toContain(
      'deployment.apps/made created',
    );
    expect(await kubectl('run', 'alone', '--image=a:1')).toContain('pod/alone created');
    expect(await kubectl('expose', 'deploy/made', '--port=80')).toContain('service/made exposed');
    expect(await kubectl('get', 'cm', 'made', '-o', 'jsonpath={.data.a}')).toBe('b');
  });

  it('uses kinds that a definition has brought', async () => {
    expect(await kubectl('apply', '-f', 'definition.yaml')).toContain('created');
    expect(
      await kubectl('wait', '--for=condition=Established', 'crd/widgets.example.com'),
    ).toContain('condition met');
    expect(await kubectl('apply', '--server-side', '-f', 'widget.yaml')).toContain(
      'widget.example.com/a serverside-applied',
    );
    expect(await kubectl('get', 'wd')).toMatch(/NAME\s+SIZE\na\s+3/);
    expect(await kubectl('explain', 'widget.spec.size')).toContain('How large it is.');
  });

  it('says what is wrong', async () => {
    await tools.write('wrong.yaml', appManifest.replace('replicas:', 'replicsa:'));

    expect(await kubectl('apply', '-f', 'wrong.yaml')).toContain('unknown field "spec.replicsa"');
    expect(await kubectl('get', 'cm', 'none')).toContain('Error from server (NotFound)');
    expect(await kubectl('patch', 'deploy', 'web', '-p', '{"spec":{"replicas":-1}}')).toContain(
      'must be greater than or equal to 0',
    );
  });

  it('deletes, and what belongs to it goes too', async () => {
    expect(await kubectl('delete', '-f', 'app.yaml', '--wait')).toContain(
      'deployment.apps "web" deleted',
    );
    expect(
      await kubectl('wait', '--for=delete', 'pod', '-l', 'app=web', '--timeout=10s'),
    ).not.toContain('timed out');
    expect(await kubectl('get', 'rs,pods', '-l', 'app=web')).toContain('No resources found');
    expect(await kubectl('delete', 'ns', 'other')).toContain('namespace "other" deleted');
    expect(await kubectl('get', 'ns', 'other')).toContain('NotFound');
  });
});
