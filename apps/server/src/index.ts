export { type ServerHandle, type StartOptions, startServer } from './compose.ts';
export type { Settings } from './settings/settings.ts';
