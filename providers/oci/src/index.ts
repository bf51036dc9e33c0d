export { createOciProvider, type OciProviderOptions } from './oci-provider.ts';
export { isRegistryFile } from './prepare/read-registry-file.ts';
