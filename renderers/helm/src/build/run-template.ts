/** Runs `helm template` once, with folders of its own and nothing else in sight. */
import { join } from 'node:path';

import {
  type IsolationLevel,
  type ProgramEnd,
  type ProgramLimits,
  runProgram,
} from '@trueup/programs';

export interface TemplateRun {
  readonly program: string;
  readonly arguments: readonly string[];
  /** Holds `home`, `tmp` and everything that the arguments name. */
  readonly privateFolder: string;
  readonly isolation: IsolationLevel;
  readonly limits: ProgramLimits;
}

export interface TemplateResult {
  readonly end: ProgramEnd;
  readonly stdout: Uint8Array;
  /** Foreign text, without the path of the private folder. */
  readonly stderr: string;
}

export async function runTemplate(run: TemplateRun, signal: AbortSignal): Promise<TemplateResult> {
  const { end, stdout, stderr } = await runProgram(
    {
      program: run.program,
      arguments: run.arguments,
      environment: composeEnvironment(run.privateFolder),
      privateFolder: run.privateFolder,
      folder: join(run.privateFolder, 'tmp'),
      limits: run.limits,
      isolation: { level: run.isolation, network: 'none', readable: [], writable: [] },
    },
    signal,
  );
  const text = Buffer.from(stderr).toString('utf8');
  return { end, stdout, stderr: text.replaceAll(`${run.privateFolder}/`, '') };
}

/** Nobody listens there: a schema that refers to another host must not reach it from a machine without isolation. */
const noProxy = 'http://127.0.0.1:9';

function composeEnvironment(privateFolder: string): Readonly<Record<string, string>> {
  const home = join(privateFolder, 'home');
  return {
    HELM_CACHE_HOME: join(home, 'cache'),
    HELM_CONFIG_HOME: join(home, 'config'),
    HELM_DATA_HOME: join(home, 'data'),
    HELM_PLUGINS: join(home, 'plugins'),
    HELM_REGISTRY_CONFIG: join(home, 'registry.json'),
    HELM_REPOSITORY_CACHE: join(home, 'repository'),
    HELM_REPOSITORY_CONFIG: join(home, 'repositories.yaml'),
    HELM_NO_PLUGINS: '1',
    KUBECONFIG: join(home, 'kubeconfig'),
    HTTP_PROXY: noProxy,
    HTTPS_PROXY: noProxy,
    NO_PROXY: '',
    // What a template prints of a time must not depend on where the machine stands.
    TZ: 'UTC',
  };
}
