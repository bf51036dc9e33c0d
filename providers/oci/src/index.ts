export { createOciProvider, type OciProviderOptions } from './oci-provider.ts';
