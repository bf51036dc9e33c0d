export { type AnsibleProviderOptions, createAnsibleProvider } from './ansible-provider.ts';
export type { AnsibleClientOptions } from './client/open-ansible-client.ts';
