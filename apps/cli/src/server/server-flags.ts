import type { Command } from 'commander';

import type { CommonFlags } from '../command.ts';

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
