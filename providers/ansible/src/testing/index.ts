export { playbookOf, type SampleTask, sampleTasks } from './ansible-fixture.ts';
export { FakeAnsibleClient, type FakeFault } from './fake-ansible-client.ts';
export { FakeHosts } from './fake-hosts.ts';
