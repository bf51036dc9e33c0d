import {
  isJsonList,
  isJsonObject,
  type Json,
  readObject,
  readText,
  StalledError,
} from '@trueup/diagnostics';
import type { ResourceId } from '@trueup/provider-sdk';

import type { EngineApi } from '../client/engine-api.ts';
import type { WriteScene } from './write-scene.ts';

/** Commands within a container, one after the other. The first one that fails ends it. */
export async function runHooks(
  hooks: Json | undefined,
  {
    id,
    api,
    container,
  }: { readonly id: ResourceId; readonly api: EngineApi; readonly container: string },
  { signal }: WriteScene,
): Promise<void> {
  if (!isJsonList(hooks)) return;
  for (const [index, hook] of hooks.filter(isJsonObject).entries()) {
    const user = readText(hook, 'user');
    const folder = readText(hook, 'working_dir');
    const env = Object.entries(readObject(hook['environment'])).map(
      ([name, value]) => `${name}=${String(value)}`,
    );
    const request = {
      Cmd: hook['command'] ?? [],
      AttachStdout: true,
      AttachStderr: true,
      Privileged: hook['privileged'] === true,
      Env: env,
      ...(user !== undefined && { User: user }),
      ...(folder !== undefined && { WorkingDir: folder }),
    };
    const code = await api.execute(container, request, signal);
    if (code === 0) continue;
    const message = `${id}: its hook ${index + 1} ended with code ${code ?? 'unknown'}`;
    throw new StalledError('CONTAINERS_HOOK_FAILED', message, id);
  }
}
