export { FakeAnsibleClient, type FakeFault } from './fake-ansible-client.ts';
export { FakeHosts } from './fake-hosts.ts';
