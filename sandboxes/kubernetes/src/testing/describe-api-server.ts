/**
 * What an API server does, as one suite for all of them. The answers were recorded from a real server
 * by `tools/sandbox/record-contract.ts`; where another one answers otherwise, it is wrong.
 */

import { describe, expect, it } from 'vitest';

import type { ApiServer } from './api-client.ts';
import { clusterScenarioFiles } from './cluster-scenarios/all-cluster-scenarios.ts';
import { describeWatches } from './describe-watches.ts';
import { readRecording } from './read-recording.ts';
import { runScenario, type Scenario } from './scenario.ts';
import { expiryScenarioFiles, scenarioFiles } from './scenarios/all-scenarios.ts';

/** @param server asked for once, when the first test begins. */
export function describeApiServer(name: string, server: () => ApiServer): void {
  describeWatches(name, server);
  describeScenarios(name, server, scenarioFiles);
}

/** @param server of a cluster with three nodes, whose controllers make pods run */
export function describeCluster(name: string, server: () => ApiServer): void {
  describeScenarios(name, server, clusterScenarioFiles);
}

/** @param server one that forgets within seconds what it no longer has */
export function describeExpiry(name: string, server: () => ApiServer): void {
  describeScenarios(name, server, expiryScenarioFiles);
}

function describeScenarios(
  name: string,
  server: () => ApiServer,
  files: Readonly<Record<string, readonly Scenario[]>>,
): void {
  for (const [file, scenarios] of Object.entries(files)) {
    const recorded = readRecording(file);
    describe.concurrent(`${name}, ${file}`, () => {
      it.each(scenarios.map((one): [string, Scenario] => [one.name, one]))(
        '%s',
        async (title, scenario) => {
          const outcomes = await runScenario(server(), scenario, uniqueNamespace());

          expect(outcomes).toEqual(recorded.get(title));
        },
      );
    });
  }
}

let count = 0;

function uniqueNamespace(): string {
  count += 1;
  return `contract-${process.pid.toString(36)}-${count}`;
}
