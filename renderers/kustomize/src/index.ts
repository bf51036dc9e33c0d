export type { KustomizeRendererOptions } from './build/render-folder.ts';
export { createKustomizeRenderer } from './kustomize-renderer.ts';
export type { KustomizeSettings } from './schema.ts';
