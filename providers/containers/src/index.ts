export {
  type ContainersProvider,
  type ContainersProviderOptions,
  createContainersProvider,
} from './containers-provider.ts';
export { type ImageReference, registryOf } from './prepare/image-reference.ts';
export type { Login } from './prepare/parse-login.ts';
