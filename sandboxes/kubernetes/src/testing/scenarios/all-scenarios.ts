import type { Scenario } from '../scenario.ts';
import { applyScenarios } from './apply.ts';
import { customResourceScenarios } from './custom-resources.ts';
import { defaultScenarios } from './defaults.ts';
import { deleteScenarios } from './deletes.ts';
import { discoveryScenarios } from './discovery.ts';
import { podDefaultScenarios } from './pod-defaults.ts';
import { readScenarios } from './reads.ts';
import { subresourceScenarios } from './subresources.ts';
import { tableScenarios } from './tables.ts';
import { validationScenarios } from './validation.ts';
import { workloadValidationScenarios } from './workload-validation.ts';
import { writeScenarios } from './writes.ts';

/** In files of one subject each; the recording of a file has its name. */
export const scenarioFiles: Readonly<Record<string, readonly Scenario[]>> = {
  apply: applyScenarios,
  'custom-resources': customResourceScenarios,
  defaults: defaultScenarios,
  deletes: deleteScenarios,
  discovery: discoveryScenarios,
  'pod-defaults': podDefaultScenarios,
  reads: readScenarios,
  subresources: subresourceScenarios,
  tables: tableScenarios,
  validation: validationScenarios,
  'workload-validation': workloadValidationScenarios,
  writes: writeScenarios,
};
