import type { CommandDefinition } from './command.ts';

export interface ListedCommand {
  readonly name: string;
  /** One line, in the help of all commands. */
  readonly summary: string;
  readonly group: CommandGroup;
  /** Names of the commands below it. */
  readonly below?: readonly string[];
  readonly load: () => Promise<CommandDefinition>;
}

export const commandGroups = [
  'Look and change',
  'With a server',
  'Look after a server',
  'Try out',
  'Set up',
] as const;

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
  {
    name: 'diff',
    summary: 'show both sides of what would change, line by line',
    group: 'Look and change',
    load: async () => (await import('./commands/diff.ts')).diff,
  },
  {
    name: 'render',
    summary: 'print what the files ask for, rendered',
    group: 'Look and change',
    load: async () => (await import('./commands/render.ts')).render,
  },
  {
    name: 'status',
    summary: 'say how everything is',
    group: 'Look and change',
    load: async () => (await import('./commands/status.ts')).status,
  },
  {
    name: 'drift',
    summary: 'show what others changed in the targets, or take it into Git',
    group: 'Look and change',
    below: ['adopt'],
    load: async () => (await import('./commands/drift.ts')).drift,
  },
  {
    name: 'why',
    summary: 'say who set a field: the line of Git, and who wrote the observed value',
    group: 'Look and change',
    load: async () => (await import('./commands/why.ts')).why,
  },
  {
    name: 'rule',
    summary: 'test what the rules of trueup.yaml make of a plan',
    group: 'Look and change',
    below: ['test'],
    load: async () => (await import('./commands/rule.ts')).rule,
  },
  {
    name: 'history',
    summary: 'list the runs of a stack',
    group: 'With a server',
    load: async () => (await import('./commands/history.ts')).history,
  },
  {
    name: 'run',
    summary: 'list, show, cancel, hold or resume runs',
    group: 'With a server',
    below: ['list', 'show', 'cancel', 'hold', 'resume'],
    load: async () => (await import('./commands/run.ts')).run,
  },
  {
    name: 'rollout',
    summary: 'list and show what one revision set off in all stacks',
    group: 'With a server',
    below: ['list', 'show'],
    load: async () => (await import('./commands/rollout.ts')).rollout,
  },
  {
    name: 'mr',
    summary: 'list, show or approve what merge requests would bring; open and merge them',
    group: 'With a server',
    below: [
      'list',
      'show',
      'approve',
      'open',
      'diff',
      'comment',
      'review',
      'merge',
      'close',
      'reopen',
      'revert',
    ],
    load: async () => (await import('./commands/mr.ts')).mr,
  },
  {
    name: 'approve',
    summary: 'approve what a run would do, by its digest',
    group: 'With a server',
    load: async () => (await import('./commands/approve.ts')).approve,
  },
  {
    name: 'heal',
    summary: 'bring back what drifted',
    group: 'With a server',
    load: async () => (await import('./commands/heal.ts')).heal,
  },
  {
    name: 'rollback',
    summary: 'bring a stack, or all that a commit brought, back to what was before',
    group: 'With a server',
    load: async () => (await import('./commands/rollback.ts')).rollback,
  },
  {
    name: 'stack',
    summary: 'show a stack, pause and unpause it',
    group: 'With a server',
    below: ['show', 'pause', 'unpause'],
    load: async () => (await import('./commands/stack.ts')).stack,
  },
  {
    name: 'logs',
    summary: 'show the log of a resource',
    group: 'With a server',
    load: async () => (await import('./commands/logs.ts')).logs,
  },
  {
    name: 'events',
    summary: 'show what happens, as it happens',
    group: 'With a server',
    load: async () => (await import('./commands/events.ts')).events,
  },
  {
    name: 'repository',
    summary: 'follow repositories',
    group: 'Look after a server',
    below: [
      'add',
      'list',
      'fetch',
      'remove',
      'edit',
      'protect',
      'check',
      'hook',
      'hooks',
      'unhook',
      'resend',
    ],
    load: async () => (await import('./commands/repository.ts')).repository,
  },
  {
    name: 'secret',
    summary: 'keep secrets',
    group: 'Look after a server',
    below: ['set', 'list', 'remove'],
    load: async () => (await import('./commands/secret.ts')).secret,
  },
  {
    name: 'alert',
    summary: 'see, try and repeat what people are told',
    group: 'Look after a server',
    below: ['list', 'test', 'retry'],
    load: async () => (await import('./commands/alert.ts')).alert,
  },
  {
    name: 'member',
    summary: 'say who may do what',
    group: 'Look after a server',
    below: ['list', 'set', 'remove'],
    load: async () => (await import('./commands/member.ts')).member,
  },
  {
    name: 'token',
    summary: 'make and revoke tokens',
    group: 'Look after a server',
    below: ['list', 'create', 'revoke'],
    load: async () => (await import('./commands/token.ts')).token,
  },
  {
    name: 'key',
    summary: 'rotate the key that secrets are kept under',
    group: 'Look after a server',
    below: ['rotate'],
    load: async () => (await import('./commands/key.ts')).key,
  },
  {
    name: 'audit',
    summary: 'print who did what, when',
    group: 'Look after a server',
    load: async () => (await import('./commands/audit.ts')).audit,
  },
  {
    name: 'demo',
    summary: 'see all of it: push, plan, run, drift, heal, on two clusters in memory',
    group: 'Try out',
    load: async () => (await import('./commands/demo.ts')).demo,
  },
  {
    name: 'sandbox',
    summary: 'run a Kubernetes cluster in memory, for anything',
    group: 'Try out',
    load: async () => (await import('./commands/sandbox.ts')).sandbox,
  },
  {
    name: 'serve',
    summary: 'run the server',
    group: 'Set up',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  {
    name: 'login',
    summary: 'remember a server and your token',
    group: 'Set up',
    load: async () => (await import('./commands/login.ts')).login,
  },
  {
    name: 'whoami',
    summary: 'say which server is asked, and who asks',
    group: 'Set up',
    load: async () => (await import('./commands/whoami.ts')).whoami,
  },
  {
    name: 'doctor',
    summary: 'say what is missing on this machine',
    group: 'Set up',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    name: 'completion',
    summary: 'print completions for a shell',
    group: 'Set up',
    load: async () => (await import('./commands/completion.ts')).completion,
  },
];
