export type { HelmRendererOptions } from './build/render-folder.ts';
export type { ChartCredentials } from './chart/chart-archives.ts';
export { createHelmRenderer } from './helm-renderer.ts';
export type { HelmSettings } from './schema.ts';
