export type { ChartCredentials } from './chart/chart-archives.ts';
export { createHelmRenderer, type HelmRendererOptions } from './helm-renderer.ts';
export type { HelmSettings } from './schema.ts';
