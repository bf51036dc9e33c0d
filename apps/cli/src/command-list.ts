import type { CommandDefinition } from './command.ts';

export interface ListedCommand {
  readonly name: string;
  /** One line, in the help of all commands. */
  readonly summary: string;
  readonly group: CommandGroup;
  readonly load: () => Promise<CommandDefinition>;
}

export const commandGroups = ['Look and change', 'With a server', 'Try out', 'Set up'] as const;

export type CommandGroup = (typeof commandGroups)[number];

/** All commands, in the order of the help. Only the one that is asked for is loaded. */
export const commandList: readonly ListedCommand[] = [
  {
    name: 'plan',
    summary: 'say what would change, field by field',
    group: 'Look and change',
    load: async () => (await import('./commands/plan.ts')).plan,
  },
  {
    name: 'apply',
    summary: 'plan, ask, and bring targets to what the files say',
    group: 'Look and change',
    load: async () => (await import('./commands/apply.ts')).apply,
  },
];
