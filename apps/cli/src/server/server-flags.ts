import type { Command } from 'commander';

import type { CommonFlags } from '../command.ts';
import { addOutputFlag } from '../stand-alone/folder-flags.ts';

/** How a server is asked. */
export interface ServerFlags extends CommonFlags {
  readonly server?: string;
}

export function addServerFlag(command: Command): Command {
  return command.option(
    '--server <url>',
    'in the place of TRUEUP_SERVER and of the one that you logged in to',
  );
}

/** Of a command that asks nobody but a server, and answers people and programs. */
export function addServerFlags(command: Command): Command {
  return addOutputFlag(addServerFlag(command));
}
