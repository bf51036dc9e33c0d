export { createProvider } from '../oci-provider.ts';
export { FakeOciClient } from './fake-oci-client.ts';
