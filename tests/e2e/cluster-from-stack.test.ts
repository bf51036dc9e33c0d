/** A stack of OpenTofu makes a cluster, and what goes there waits until it is there. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';

import { type Connections, createKubernetesProvider } from '@trueup/provider-kubernetes';
import { formatResourceId } from '@trueup/provider-sdk';
import { describe, expect, it } from 'vitest';

import { openSandbox } from './harness/cluster.ts';
import { ClusterVendor, makeRealCluster, makeSandbox } from './harness/cluster-vendor.ts';
import { type Installation, install } from './harness/installation.ts';
import { configMap } from './harness/manifests.ts';

const cache = env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const testBed = join(env['TRUEUP_TESTBED'] ?? join(cache, 'trueup-testbed'), 'bin');
const tools = [env['KUBEBUILDER_ASSETS'] ?? testBed, testBed].find((one) =>
  existsSync(join(one, 'tofu')),
);
const real = env['KUBEBUILDER_ASSETS'] && existsSync(join(testBed, 'kube-apiserver'));
const kinds = [
  ['a sandbox', makeSandbox] as const,
  ...(real ? [['a real API server', makeRealCluster] as const] : []),
];

describe.runIf(tools !== undefined)('a stack of OpenTofu that makes a cluster', () => {
  it.each(kinds)('hands it to a target, as %s', async (_kind, make) => {
    env['PATH'] = [tools, env['PATH']].join(delimiter);
    const states = mkdtempSync(join(tmpdir(), 'trueup-e2e-states-'));
    await using vendor = new ClusterVendor(make);
    const address = await vendor.open();
    try {
      await using here = await install(openSandbox);
      const files = (generation: string) => filesFor({ generation, address, states });

      // Nothing of the cluster is there: its stack comes first, and the other one is planned for real.
      const first = await here.push(files('one'));
      await here.succeeded('cluster', first);
      const waiting = await here.runIn('shop', first, 'awaiting-approval');
      expect(vendor.orders).toEqual(['PUT one']);
      await here.approve(waiting);
      await here.succeeded('shop', first);
      const credential = secretOf(vendor.kubeconfigOf('one'));
      expect(await valueIn(vendor.kubeconfigOf('one'))).toBe('there');

      // The same change in another cluster is not what was approved.
      const second = await here.push(files('two'));
      await here.succeeded('cluster', second);
      const again = await here.runIn('shop', second, 'awaiting-approval');
      expect(vendor.orders).toEqual(['PUT one', 'DELETE one', 'PUT two']);
      expect(again.plan?.digest).not.toBe(waiting.plan?.digest);
      const stale = here.approve({ ...again, plan: waiting.plan } as typeof again);
      await expect(stale).rejects.toThrow();
      await here.approve(again);
      await here.succeeded('shop', second);
      expect(await valueIn(vendor.kubeconfigOf('two'))).toBe('there');

      // It goes, and what went there is neither deleted nor forgotten.
      const third = await here.push(files('none'));
      await here.succeeded('cluster', third);
      const failed = await here.runIn('shop', third, 'failed');
      expect(failed.phase).toMatchObject({
        failure: {
          code: 'TARGET_NOT_MADE',
          message: 'target made: is reached by cluster.kubeconfig, which does not exist',
        },
      });
      expect((await here.stack('shop'))?.standing).toBe('active');

      const fourth = await here.push(files('three'));
      await here.succeeded('cluster', fourth);
      await here.approve(await here.runIn('shop', fourth, 'awaiting-approval'));
      await here.succeeded('shop', fourth);

      const told = await tellAll(here);
      const kept = filesBelow(here.folder).map((file) => readFileSync(file, 'latin1'));
      for (const secret of [credential, secretOf(vendor.kubeconfigOf('three'))]) {
        expect(told).not.toContain(secret);
        expect(kept.filter((text) => text.includes(secret))).toEqual([]);
      }
    } finally {
      rmSync(states, { recursive: true, force: true });
    }
  });
});

interface Written {
  readonly generation: string;
  readonly address: string;
  readonly states: string;
}

function filesFor({ generation, address, states }: Written) {
  return {
    'trueup.yaml': `apiVersion: trueup.dev/v1
targets:
  made: { kubernetes: { kubeconfig: { output: cluster.kubeconfig }, namespace: default } }
  vendor:
    terraform:
      tool: tofu
      state: { local: { folder: ${states} } }
      # The vendor is on this machine, which tools do not see otherwise.
      loopback: [${new URL(address).port}]
stacks:
  - { name: shop, path: shop, target: made }
  - name: cluster
    path: cluster
    target: vendor
    terraform: { variables: { generation: ${generation}, vendor: "${address}" } }
rules:
  - { stacks: ["*"], guards: { maxDeletions: 10, maxDeletionsPercent: 100 } }
  - { stacks: [shop], approvals: { count: 1 } }
`,
    'shop/a.yaml': configMap('default', 'a', 'there'),
    'cluster/main.tf': mainTf,
  };
}

const mainTf = `variable "generation" {}
variable "vendor" {}

locals {
  clusters = var.generation == "none" ? 0 : 1
}

resource "terraform_data" "cluster" {
  count            = local.clusters
  triggers_replace = var.generation
  input            = "\${var.vendor}/clusters/\${var.generation}"

  provisioner "local-exec" {
    command = "curl -sSf -X PUT \${self.input}"
  }

  provisioner "local-exec" {
    when    = destroy
    command = "curl -sSf -X DELETE \${self.input}"
  }
}

data "terraform_remote_state" "made" {
  count      = local.clusters
  backend    = "http"
  config     = { address = "\${var.vendor}/clusters/\${var.generation}/state" }
  depends_on = [terraform_data.cluster]
}

output "kubeconfig" {
  value     = one(data.terraform_remote_state.made[*].outputs.kubeconfig)
  sensitive = true
}
`;

/** What the object there says, read by the kubeconfig that the stack gave. */
async function valueIn(kubeconfig: string): Promise<unknown> {
  const connections: Connections = {
    kubeconfigs: [],
    programs: { searchPath: '', environment: {} },
  };
  const provider = createKubernetesProvider({ connections, renderers: [] });
  try {
    const id = formatResourceId({ kind: 'ConfigMap', scope: 'default', name: 'a' });
    const call = { signal: AbortSignal.timeout(20_000), seal: () => '' };
    const target = { name: 'made', settings: { kubeconfig } };
    const [found] = await provider.observe(target, { ids: [id] }, call);
    return Object(found?.body['data']).value;
  } finally {
    await provider.close();
  }
}

/** That which opens the cluster, as long as it is. */
function secretOf(kubeconfig: string): string {
  const found = /(?:client-key-data|token): (\S+)/.exec(kubeconfig)?.[1];
  if (found === undefined) throw new Error('The kubeconfig opens nothing.');
  return found === 'sandbox' ? 'token: sandbox' : found;
}

async function tellAll(here: Installation): Promise<string> {
  const { items: runs } = await here.api.runs({ query: { limit: 100 } });
  const { items: stacks } = await here.api.stacks({ query: { limit: 100 } });
  return JSON.stringify([runs, stacks, here.output]);
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => !path.endsWith('kubeconfig') && statSync(path).isFile());
}
