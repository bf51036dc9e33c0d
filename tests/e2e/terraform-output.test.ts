import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';

import { describe, expect, it } from 'vitest';

import { openSandbox } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { configMap } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';

const cache = env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const testBed = join(env['TRUEUP_TESTBED'] ?? join(cache, 'trueup-testbed'), 'bin');
const folders = [env['KUBEBUILDER_ASSETS'] ?? testBed, testBed];
const tools = folders.find((folder) => existsSync(join(folder, 'tofu')));

describe.runIf(tools !== undefined)('a stack of OpenTofu', () => {
  it('gives its outputs to a stack on a cluster, which follows them', async () => {
    env['PATH'] = [tools, env['PATH']].join(delimiter);
    const states = mkdtempSync(join(tmpdir(), 'trueup-e2e-states-'));
    try {
      await using here = await install(openSandbox);
      const files = (trigger: string) => ({
        'trueup.yaml': `apiVersion: trueup.dev/v1
targets:
  main: { kubernetes: { context: ${here.cluster.context} } }
  cloud: { terraform: { tool: tofu, state: { local: { folder: ${states} } } } }
stacks:
  - { name: shop, path: shop, target: main, inputs: { address: { output: network.address } } }
  - { name: network, path: network, target: cloud, terraform: { variables: { trigger: ${trigger} } } }
rules:
  - { stacks: ["*"], guards: { maxDeletions: 10 } }
`,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: an input, as manifests ask for it.
        'shop/a.yaml': configMap(here.namespace, 'a', '${{ trueup.inputs.address }}'),
        'network/main.tf': `variable "trigger" {}
resource "terraform_data" "network" {
  triggers_replace = var.trigger
}
output "address" {
  value = terraform_data.network.id
}
`,
      });

      const first = await here.push(files('one'));
      await here.succeeded('network', first);
      await here.succeeded('shop', first);
      const before = await poll('its address', async () => addressIn(states));
      expect((await here.get('configmaps/a')).data.value).toBe(before);

      const second = await here.push(files('two'));
      await here.succeeded('network', second);
      const after = await poll('its new address', async () => addressIn(states));
      expect(after).not.toBe(before);
      await poll('the cluster follows', async () => {
        const { data } = await here.get('configmaps/a');
        return data.value === after ? data : undefined;
      });

      const { 'network/main.tf': _gone, ...rest } = files('two');
      const removed = await here.push({
        ...rest,
        'trueup.yaml': `apiVersion: trueup.dev/v1
targets:
  main: { kubernetes: { context: ${here.cluster.context} } }
  cloud: { terraform: { tool: tofu, state: { local: { folder: ${states} } } } }
stacks:
  - { name: shop, path: shop, target: main, inputs: {} }
removed:
  - { stack: network, resources: delete }
`,
        'shop/a.yaml': configMap(here.namespace, 'a', 'none'),
      });
      await here.succeeded('shop', removed);
      await poll('what the state held is gone', async () => {
        const state = stateIn(states);
        return state !== undefined && state.outputs['address'] === undefined;
      });
    } finally {
      rmSync(states, { recursive: true, force: true });
    }
  });
});

/** The address in the state, and nothing while the tool rewrites its file. */
function addressIn(states: string): string | undefined {
  return stateIn(states)?.outputs['address']?.value;
}

/** OpenTofu truncates its local state before it writes it, so a reader may come upon half of it. */
function stateIn(states: string): { outputs: Record<string, { value: string }> } | undefined {
  const [owner = ''] = readdirSync(states);
  try {
    return JSON.parse(readFileSync(join(states, owner, 'terraform.tfstate'), 'utf8'));
  } catch {
    return undefined;
  }
}
