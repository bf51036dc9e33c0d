export type { RequestCounts } from './kubernetes-client.ts';
export {
  createKubernetesProvider,
  type KubernetesProvider,
  type KubernetesProviderOptions,
  type LeaseRequest,
} from './kubernetes-provider.ts';
export type { StackLease } from './lease/stack-lease.ts';
export type { Connections } from './session/connect-target.ts';
