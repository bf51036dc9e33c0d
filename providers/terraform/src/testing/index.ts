export { createProvider } from '../terraform-provider.ts';
export { FakeTerraformClient } from './fake-terraform-client.ts';
