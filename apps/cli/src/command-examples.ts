import type { Command } from 'commander';

/** What is typed, and what for. */
export type CommandExample = readonly [typed: string, about: string];

/** Shown at the end of a command's help. */
export function addExamples(command: Command, examples: readonly CommandExample[]): Command {
  const widest = Math.max(...examples.map(([typed]) => typed.length));
  const lines = examples.map(([typed, about]) => `  ${typed.padEnd(widest)}  # ${about}`);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}
