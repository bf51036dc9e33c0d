/** The real tools, where this machine has them, and a fixture around one. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';

import { parseResourceId } from '@trueup/provider-sdk';
import { createMemoryFiles, type ProviderFixture } from '@trueup/provider-sdk/testing';

import type { ToolName } from '../schema.ts';
import { createTerraformProvider } from '../terraform-provider.ts';
import { disturbState, editState } from './edit-state.ts';
import {
  sampleFiles,
  sampleInputs,
  sampleStack,
  sampleTarget,
  secretWord,
} from './sample-stack.ts';

// biome-ignore-start lint/style/noProcessEnv: where the test bed lies is said by the environment.
const testBed =
  env['TRUEUP_TESTBED'] ??
  join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'trueup-testbed');

/** Where the tools and what their provisioners call are found. */
export const toolPath: string = [
  env['KUBEBUILDER_ASSETS'],
  join(testBed, 'bin'),
  '/usr/local/bin',
  '/usr/bin',
  '/bin',
]
  .filter((one) => one !== undefined && existsSync(one))
  .join(':');
// biome-ignore-end lint/style/noProcessEnv: see above

/** Those of the two that are there. */
export const realTools: readonly ToolName[] = (['tofu', 'terraform'] as const).filter((name) =>
  toolPath.split(':').some((folder) => existsSync(join(folder, name))),
);

export async function openRealFixture(tool: ToolName): Promise<ProviderFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-terraform-'));
  const create = () =>
    createTerraformProvider({
      searchPath: toolPath,
      cacheFolder: join(folder, 'plug-ins'),
      isolation: 'preferred',
    });
  const states = join(folder, 'states');
  const stateFile = (owner: string): string => join(states, owner, 'terraform.tfstate');
  let disturbances = 0;
  const stack = sampleStack();
  return {
    provider: create(),
    restart: create,
    target: sampleTarget(states, { tool }),
    stack,
    files: createMemoryFiles(sampleFiles),
    inputs: sampleInputs,
    secret: secretWord,
    countWrites: () => serialOf(stateFile(stack.owner)) - disturbances,
    async disturb(id) {
      disturbances += 1;
      const { kind, name } = parseResourceId(id);
      await editState(
        stateFile(stack.owner),
        disturbState(kind, name, `disturbed-${disturbances}`),
      );
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The tool counts its writes in the state. */
function serialOf(file: string): number {
  return existsSync(file) ? Number(JSON.parse(readFileSync(file, 'utf8')).serial) : 0;
}
