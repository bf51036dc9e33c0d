export { createTerraformProvider, type TerraformProviderOptions } from './terraform-provider.ts';
