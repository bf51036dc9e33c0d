export { decodeText } from './decode-text.ts';
export { editField, type FieldEdit, type FieldEdited } from './edit/edit-field.ts';
export { formatYaml } from './format-yaml.ts';
export {
  createFieldLocator,
  type FieldLocator,
  locateField,
  type WrittenPath,
} from './locate-field.ts';
export { createLocator } from './locate-value.ts';
export { type ParseYamlOptions, parseYaml, type YamlParsed } from './parse-yaml.ts';
export { createPlainRenderer, type PlainRendererOptions } from './plain-renderer.ts';
export {
  type ManifestDocument,
  type ManifestsRead,
  type ReadManifestsOptions,
  readManifests,
} from './read-manifests.ts';
export type {
  Capabilities,
  InputRead,
  Rendered,
  Renderer,
  RenderRequest,
  SourceFiles,
} from './renderer.ts';
export { defaultReadLimits, type ReadLimits } from './yaml/read-limits.ts';
