import type { Command } from 'commander';

import type { ExitCode } from './exit-code.ts';
import type { Printer } from './output/printer.ts';
import type { Progress } from './output/progress.ts';
import type { Surroundings } from './surroundings.ts';

/** What a command works with. */
export interface Cli {
  readonly surroundings: Surroundings;
  readonly printer: Printer;
  /** Starts to show progress; whoever starts it ends it. */
  readonly openProgress: () => Progress;
  /** Every command with all of its flags, to be read only. */
  readonly describeAll: () => Promise<Command>;
}

/** Flags of every command. */
export interface CommonFlags {
  readonly color: boolean;
  readonly quiet?: true;
  readonly output?: string;
}

/** Runs a command's work with what its flags ask for, and keeps its exit code. */
export type Start = (flags: CommonFlags, work: (cli: Cli) => Promise<ExitCode>) => Promise<void>;

/** One command: how it is written, and what it does. Heavy things are imported when it runs. */
export interface CommandDefinition {
  /** All of its flags are read by another program, the common ones and `--help` too. */
  readonly readsOwnFlags?: true;
  readonly declare: (command: Command, start: Start) => void;
}
