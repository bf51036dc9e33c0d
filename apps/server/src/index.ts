export { type ServerHandle, type StartOptions, startServer } from './compose.ts';
export { type ServedPlane, type ServePlaneOptions, servePlane } from './serve-plane.ts';
export type { Settings } from './settings/settings.ts';
