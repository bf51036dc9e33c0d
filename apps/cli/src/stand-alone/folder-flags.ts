import { type Command, Option } from 'commander';

import type { CommonFlags } from '../command.ts';

/** How a folder is worked on without a server. */
export interface FolderFlags extends CommonFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly name?: string;
  readonly stack?: readonly string[];
  readonly creates?: 'dry-run' | 'predicted';
}

export const folderOnly: string =
  'a folder with trueup.yaml, or of manifests; the one you are in if absent';

/** Where there is a choice, a named folder wins: see `serverInstead`. */
export const folderOrServer: string =
  'a folder with trueup.yaml, or of manifests; if absent: the server, where one is named, else the folder you are in';

export function addFolderFlags(command: Command): Command {
  return command
    .option('-s, --stack <name>', 'only stacks of this name; * matches; repeatable', collect)
    .option('--kubeconfig <file>', 'in the place of KUBECONFIG and ~/.kube/config')
    .option(
      '--context <name>',
      'where a folder without trueup.yaml goes; the current one if absent',
    )
    .option('--name <name>', 'names the repository in marks; the name of the folder if absent')
    .addOption(
      new Option(
        '--creates <how>',
        'new resources are tried out on the target when planned, or only predicted, which is faster',
      )
        .choices(['dry-run', 'predicted'])
        .default('dry-run'),
    );
}

export function addOutputFlag(command: Command): Command {
  return command.addOption(
    new Option('-o, --output <format>', 'for people or for programs')
      .choices(['text', 'json', 'yaml'])
      .default('text'),
  );
}

export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
