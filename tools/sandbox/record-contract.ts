/**
 * Records what a real API server, and a real cluster, answer to the contract's scenarios.
 *
 *   eval "$(tools/testbed/cluster start --bare DIR)"
 *   export TRUEUP_BARE_SERVER=$TRUEUP_CLUSTER_SERVER TRUEUP_BARE_TOKEN=$TRUEUP_CLUSTER_TOKEN TRUEUP_BARE_CA=$TRUEUP_CLUSTER_CA
 *   eval "$(tools/testbed/cluster start OTHER-DIR)"
 *   node tools/sandbox/record-contract.ts [FILE...]
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  clusterScenarioFiles,
  expiryScenarioFiles,
  realCluster,
  realServer,
  runScenario,
  scenarioFiles,
} from '@trueup/sandbox-kubernetes/testing';

const folder = join(import.meta.dirname, '../../sandboxes/kubernetes/src/testing/recorded');
const asked = process.argv.slice(2);
let count = 0;
for (const [files, server, variable] of [
  [scenarioFiles, realServer(process.env), 'TRUEUP_BARE_SERVER'],
  // Needs a server that forgets fast, so only when asked for.
  [
    asked.includes('expiry') ? expiryScenarioFiles : {},
    realServer(process.env),
    'TRUEUP_BARE_SERVER',
  ],
  [clusterScenarioFiles, realCluster(process.env), 'TRUEUP_CLUSTER_SERVER'],
] as const) {
  for (const [file, scenarios] of Object.entries(files)) {
    if (asked.length > 0 && !asked.includes(file)) continue;
    if (!server) throw new Error(`${variable} is not set: start a cluster first`);
    const lines: string[] = [];
    for (const scenario of scenarios) {
      count += 1;
      const namespace = `recorded-${process.pid}-${count}`;
      const outcomes = await runScenario(server, scenario, namespace);
      lines.push(JSON.stringify({ name: scenario.name, outcomes }));
    }
    writeFileSync(join(folder, `${file}.jsonl`), `${lines.join('\n')}\n`);
    console.log(`${file}: ${lines.length} scenarios`);
  }
}
