export { describeProvider, type ProviderFixture } from './describe-provider.ts';
