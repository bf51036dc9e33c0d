export { createKustomizeRenderer, type KustomizeRendererOptions } from './kustomize-renderer.ts';
export type { KustomizeSettings } from './schema.ts';
