export type { HelmRendererOptions } from './build/render-folder.ts';
export { createHelmRenderer } from './helm-renderer.ts';
export type { HelmSettings } from './schema.ts';
