/** The provider for hosts by Ansible, as this process may use it. */
import type { Provider } from '@trueup/provider-sdk';

export interface OpenAnsibleOptions {
  /** Where ansible-playbook, ssh and sops are looked for, written like PATH. */
  readonly searchPath: string;
}

/** Runs nothing yet. Imports what it needs only here, since few processes need it. */
export async function openAnsible({ searchPath }: OpenAnsibleOptions): Promise<Provider> {
  const { createAnsibleProvider } = await import('@trueup/provider-ansible');
  const isolation = { plan: 'preferred', apply: 'preferred' } as const;
  return createAnsibleProvider({ searchPath, isolation });
}

/** Whether a `trueup.yaml` may be about it, or a slip of the pen. Asking costs nothing, opening does. */
export function mentionsAnsible(text: string): boolean {
  return /ansi|asnib|playbook/i.test(text);
}
