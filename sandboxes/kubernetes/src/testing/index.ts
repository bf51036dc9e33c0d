export { type ApiServer, realServer } from './api-client.ts';
export { describeApiServer } from './describe-api-server.ts';
export { runScenario } from './scenario.ts';
export { scenarioFiles } from './scenarios/all-scenarios.ts';
