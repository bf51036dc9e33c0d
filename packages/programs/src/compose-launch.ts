import { randomUUID } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { isAbsolute } from 'node:path';

import { StalledError } from '@trueup/diagnostics';

import { isolateCommand, type Visible } from './isolation/isolate-command.ts';
import type { IsolationMeans, IsolationRequest } from './isolation/isolation-request.ts';
import { probeBubblewrap } from './isolation/probe-bubblewrap.ts';
import { boundMemory, type Command, dieWithParent } from './launch-command.ts';
import { environmentOf } from './private-folder.ts';
import { markName } from './process-group.ts';
import type { ProgramSpec } from './program-spec.ts';

/** Everything that the system is asked for when a program starts. */
export interface Launch {
  readonly command: Command;
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly isolation: IsolationMeans;
  /** What its processes are found by; see `killMarked`. */
  readonly mark: string;
}

/** `StalledError` `PROGRAM_ISOLATION_UNAVAILABLE` when isolation is required and cannot be had. */
export async function composeLaunch(spec: ProgramSpec, privateFolder: string): Promise<Launch> {
  const folder = spec.folder ?? privateFolder;
  if (!(isAbsolute(spec.program) && isAbsolute(folder))) {
    throw new Error(`${spec.program}: a program and its folder are absolute paths.`);
  }
  const bare = { program: spec.program, arguments: spec.arguments };
  const isolated = spec.isolation && (await isolate(bare, spec.isolation, folder, privateFolder));
  const { memoryBytes } = spec.limits;
  const command = isolated ?? (spec.isolation ? await dieWithParent(bare) : bare);
  const mark = randomUUID();
  return {
    command: memoryBytes === undefined ? command : await boundMemory(command, memoryBytes),
    environment: { ...environmentOf(privateFolder), ...spec.environment, [markName]: mark },
    folder,
    isolation: isolated ? 'bubblewrap' : 'none',
    mark,
  };
}

async function isolate(
  command: Command,
  request: IsolationRequest,
  folder: string,
  privateFolder: string,
): Promise<Command | undefined> {
  if (request.level === 'none') return undefined;
  const bubblewrap = await probeBubblewrap(request.bubblewrap);
  if (bubblewrap) {
    const file = await realpath(command.program).catch(() => command.program);
    const visible: Visible = {
      readable: [...request.readable, command.program, file],
      writable: [...request.writable, privateFolder],
      folder,
      network: request.network,
    };
    return await isolateCommand(command, visible, bubblewrap);
  }
  if (request.level === 'preferred') return undefined;
  throw new StalledError(
    'PROGRAM_ISOLATION_UNAVAILABLE',
    `${command.program}: not run: isolation is required, and bubblewrap does not work here`,
    command.program,
  );
}
