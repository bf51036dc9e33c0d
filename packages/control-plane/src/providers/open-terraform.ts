/** The provider for OpenTofu and Terraform, as this process may use them. */
import { join } from 'node:path';

import type { Provider } from '@trueup/provider-sdk';

export interface OpenTerraformOptions {
  /** Where tofu and terraform are looked for, written like PATH. */
  readonly searchPath: string;
  /** For downloaded plug-ins; each call downloads its own if absent. */
  readonly cacheFolder?: string;
}

/** Runs nothing yet. Imports what it needs only here, since few processes need it. */
export async function openTerraform({
  searchPath,
  cacheFolder,
}: OpenTerraformOptions): Promise<Provider> {
  const { createTerraformProvider } = await import('@trueup/provider-terraform');
  return createTerraformProvider({
    searchPath,
    isolation: 'preferred',
    ...(cacheFolder !== undefined && {
      cacheFolder: join(cacheFolder, 'terraform'),
      // Beside the one that tools write to.
      keepFolder: join(cacheFolder, 'terraform-kept'),
      rescueFolder: join(cacheFolder, 'terraform-rescued'),
    }),
  });
}

/** Whether a `trueup.yaml` may be about it, or a slip of the pen. Asking costs nothing, opening does. */
export function mentionsTerraform(text: string): boolean {
  return /terr|tofu/i.test(text);
}

/** Whether a folder is written for it: what it holds directly. */
export function isTerraformFolder(paths: readonly string[]): boolean {
  return paths.some((path) => /^[^/]+\.(?:tf|tofu)(?:\.json)?$/.test(path));
}
