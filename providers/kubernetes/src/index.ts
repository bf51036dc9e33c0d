export type { RequestCounts } from './kubernetes-client.ts';
export {
  createKubernetesProvider,
  type KubernetesProvider,
  type KubernetesProviderOptions,
} from './kubernetes-provider.ts';
export type { Connections } from './session/connect-target.ts';
