/** One call of the tool: its arguments, what it sees, and what bounds it. */
import type { ProgramSpec } from '@trueup/programs';

import type { StatePlace } from '../terraform-client.ts';
import type { TerraformClientOptions } from './client-options.ts';

export interface Workplace {
  /** Private, with `home`, `tmp` and `work` in it. */
  readonly folder: string;
  /** Where the root module lies. */
  readonly root: string;
  readonly configFile: string;
  /** The same, with the cache. Absent where none may be used. */
  readonly cachedConfigFile?: string;
  /** Absolute. */
  readonly variableFiles: readonly string[];
  /** Whether the files pin plug-ins by hash. */
  readonly isPinned: boolean;
  /** Of all that `init` goes by. */
  readonly digest: string;
  readonly program: string;
  /** Those of the search path that exist. */
  readonly programFolders: readonly string[];
  readonly options: TerraformClientOptions;
  readonly environment: Readonly<Record<string, string>>;
  readonly state: StatePlace;
  /** Ports of this machine that are reached nevertheless. */
  readonly loopback: readonly number[];
}

export type ToolCall = ProgramSpec;

export interface CallLimits {
  readonly timeoutMs: number;
  readonly graceMs: number;
}

export interface CallNeeds {
  /** `filled`: the call writes to the cache of plug-ins. It is only read when absent, and found by links. */
  readonly cache?: 'filled' | 'used';
  /** `guarded` when absent. */
  readonly network?: 'none' | 'guarded';
}

export function composeCall(
  place: Workplace,
  words: readonly string[],
  { timeoutMs, graceMs }: CallLimits,
  { cache, network = 'guarded' }: CallNeeds = {},
): ToolCall {
  const { folder, root, program, options, environment, state } = place;
  const { cacheFolder, mirrorFolder, isolation, searchPath } = options;
  const { programFolders, loopback } = place;
  const caches = cacheFolder === undefined ? [] : [cacheFolder];
  const config = cache === undefined ? undefined : place.cachedConfigFile;
  return {
    program,
    arguments: words,
    environment: {
      ...environment,
      PATH: searchPath,
      TF_CLI_CONFIG_FILE: config ?? place.configFile,
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      // `init` asks for one that is there already, and everything else makes it with its first write.
      ...(state.workspace !== undefined &&
        words[0] !== 'init' && { TF_WORKSPACE: state.workspace }),
      CHECKPOINT_DISABLE: '1',
    },
    folder: root,
    privateFolder: folder,
    // A second SIGINT would make the tool give up its state; there is only this one.
    stopSignal: 'SIGINT',
    limits: { timeoutMs, graceMs, stdoutBytes: 512e6, stderrBytes: 4e6 },
    isolation: {
      level: isolation,
      network,
      local: loopback.map((port) => ({ address: '127.0.0.1', port })),
      readable: [
        ...(mirrorFolder === undefined ? [] : [mirrorFolder]),
        ...(cache === 'filled' ? [] : caches),
        ...programFolders,
      ],
      writable: [
        ...(cache === 'filled' ? caches : []),
        ...(state.folder === undefined ? [] : [state.folder]),
      ],
    },
  };
}
