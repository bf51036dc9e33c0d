export { type ApiServer, realCluster, realServer } from './api-client.ts';
export { clusterScenarioFiles } from './cluster-scenarios/all-cluster-scenarios.ts';
export { describeApiServer, describeCluster, describeExpiry } from './describe-api-server.ts';
export { runScenario } from './scenario.ts';
export { expiryScenarioFiles, scenarioFiles } from './scenarios/all-scenarios.ts';
