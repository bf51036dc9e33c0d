export {
  type ContainersProvider,
  type ContainersProviderOptions,
  createContainersProvider,
} from './containers-provider.ts';
export type { AskRegistry } from './prepare/ask-registry.ts';
export type { ImageReference } from './prepare/image-reference.ts';
export type { Login } from './prepare/parse-login.ts';
