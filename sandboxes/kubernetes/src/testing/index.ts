export { type ApiServer, realServer } from './api-client.ts';
export { describeApiServer } from './describe-api-server.ts';
