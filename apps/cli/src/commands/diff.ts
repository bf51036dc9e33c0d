import type { StandAlonePlan } from '@trueup/control-plane';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes, worstOf } from '../exit-code.ts';
import { diffView } from '../output/diff-view.ts';
import { line } from '../output/line.ts';
import { sealed } from '../output/shown-value.ts';
import { type DiffReport, reportDiff } from '../report/diff-report.ts';
import {
  addFolderFlags,
  addOutputFlag,
  type FolderFlags,
  folderOnly,
} from '../stand-alone/folder-flags.ts';
import { openFolder, selectStacks } from '../stand-alone/open-folder.ts';
import { planStacks } from '../stand-alone/plan-stacks.ts';
import { tellProblems } from '../stand-alone/show-plans.ts';

interface DiffFlags extends FolderFlags {
  readonly all?: true;
}

export const diff: CommandDefinition = {
  declare(command, start) {
    addOutputFlag(addFolderFlags(command))
      .argument('[folder]', folderOnly)
      .option('-a, --all', 'whole resources, not only what is near to a difference')
      .action((folder: string | undefined, flags: DiffFlags) =>
        start(flags, (cli) => diffFolder(cli, folder, flags)),
      );
  },
};

const linesAround = 3;

async function diffFolder(
  cli: Cli,
  folder: string | undefined,
  flags: DiffFlags,
): Promise<ExitCode> {
  await using opened = await openFolder(folder, flags, cli.surroundings);
  const stacks = await selectStacks(opened, flags.stack);
  const planned = await planStacks(cli, opened, stacks);
  const diffs: DiffReport[] = [];
  for (const one of planned) {
    if (one.kind === 'planned') diffs.push(...(await diffsOf(cli, one.plan)));
  }
  const { printer } = cli;
  const { formatYaml } = await import('@trueup/control-plane');
  const around = flags.all ? Number.POSITIVE_INFINITY : linesAround;
  printer.lines(diffView(diffs, { toYaml: formatYaml, around }));
  await printer.document({ resources: diffs });
  const code = await tellProblems(cli, opened, planned, flags.all === true);
  if (diffs.length === 0 && code === exitCodes.done)
    printer.lines([line('No differences.', 'good')]);
  return worstOf([code, diffs.length > 0 ? exitCodes.pending : exitCodes.done]);
}

async function diffsOf(
  { surroundings }: Cli,
  { stack, planned, steps }: StandAlonePlan,
): Promise<readonly DiffReport[]> {
  const { provider, target, prepared, seal } = planned.open;
  const { present } = provider;
  if (!present || steps.length === 0) return [];
  const signal = surroundings.interrupts.stop;
  const ids = steps.map(({ id }) => id);
  const found = await provider.observe(target, { ids, prepared }, { signal, seal });
  const observed = new Map(found.map(({ id, body }) => [id, present(id, body, sealed)]));
  const desired = new Map(
    prepared.resources.map(({ id, body }) => [id, () => present(id, body, sealed)]),
  );
  return steps.map((change) =>
    reportDiff(change, {
      stack: stack.definition.name,
      observed: observed.get(change.id),
      desired: desired.get(change.id)?.(),
    }),
  );
}
