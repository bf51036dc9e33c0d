export { FakeKubernetesClient } from './fake-kubernetes-client.ts';
