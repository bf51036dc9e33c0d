import type { Scenario } from '../scenario.ts';
import { garbageScenarios } from './garbage.ts';
import { workloadScenarios } from './workloads.ts';

/** What a whole cluster does, controllers included. The recording of a file has its name. */
export const clusterScenarioFiles: Readonly<Record<string, readonly Scenario[]>> = {
  'cluster-garbage': garbageScenarios,
  'cluster-workloads': workloadScenarios,
};
