import type { Scenario } from '../scenario.ts';
import { accessScenarios } from './access.ts';
import { applyScenarios } from './apply.ts';
import { collectionScenarios } from './collections.ts';
import { customResourceScenarios } from './custom-resources.ts';
import { defaultScenarios } from './defaults.ts';
import { deleteScenarios } from './deletes.ts';
import { discoveryScenarios } from './discovery.ts';
import { expiryScenarios } from './expiry.ts';
import { limitScenarios } from './limits.ts';
import { openApiScenarios } from './open-api.ts';
import { podDefaultScenarios } from './pod-defaults.ts';
import { podPartScenarios } from './pod-parts.ts';
import { protocolScenarios } from './protocol.ts';
import { readScenarios } from './reads.ts';
import { subresourceScenarios } from './subresources.ts';
import { tableScenarios } from './tables.ts';
import { validationScenarios } from './validation.ts';
import { workloadValidationScenarios } from './workload-validation.ts';
import { writeScenarios } from './writes.ts';

/** In files of one subject each; the recording of a file has its name. */
export const scenarioFiles: Readonly<Record<string, readonly Scenario[]>> = {
  access: accessScenarios,
  apply: applyScenarios,
  collections: collectionScenarios,
  'custom-resources': customResourceScenarios,
  defaults: defaultScenarios,
  deletes: deleteScenarios,
  discovery: discoveryScenarios,
  limits: limitScenarios,
  'open-api': openApiScenarios,
  'pod-defaults': podDefaultScenarios,
  'pod-parts': podPartScenarios,
  protocol: protocolScenarios,
  reads: readScenarios,
  subresources: subresourceScenarios,
  tables: tableScenarios,
  validation: validationScenarios,
  'workload-validation': workloadValidationScenarios,
  writes: writeScenarios,
};

/** For servers that forget within seconds: `kube-apiserver --etcd-compaction-interval 4s`. */
export const expiryScenarioFiles: Readonly<Record<string, readonly Scenario[]>> = {
  expiry: expiryScenarios,
};
