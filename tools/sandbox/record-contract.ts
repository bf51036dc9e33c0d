/**
 * Records what a real API server answers to the contract's scenarios.
 *
 *   eval "$(tools/testbed/cluster start --bare DIR)"
 *   node tools/sandbox/record-contract.ts [FILE...]
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { realServer, runScenario, scenarioFiles } from '@trueup/sandbox-kubernetes/testing';

const folder = join(import.meta.dirname, '../../sandboxes/kubernetes/src/testing/recorded');
const server = realServer(process.env);
if (!server) throw new Error('TRUEUP_BARE_SERVER is not set: start a cluster first');

const asked = process.argv.slice(2);
let count = 0;
for (const [file, scenarios] of Object.entries(scenarioFiles)) {
  if (asked.length > 0 && !asked.includes(file)) continue;
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
