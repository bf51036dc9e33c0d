import type { OpenedStandAlone, OpenStack, ProjectStack } from '@trueup/control-plane';
import { formatJson, type JsonObject, type Origin } from '@trueup/diagnostics';

import type { Cli, CommandDefinition } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { diagnosticLines } from '../output/diagnostic-lines.ts';
import { line } from '../output/line.ts';
import { plainLines } from '../output/plain-text.ts';
import { sealed } from '../output/shown-value.ts';
import { reportDiagnostic } from '../report/plan-report.ts';
import {
  addFolderFlags,
  addOutputFlag,
  type FolderFlags,
  folderOnly,
} from '../stand-alone/folder-flags.ts';
import { openFolder, selectStacks } from '../stand-alone/open-folder.ts';
import { loadSourceLines } from '../stand-alone/source-lines.ts';

export const render: CommandDefinition = {
  declare(command, start) {
    addOutputFlag(addFolderFlags(command))
      .argument('[folder]', folderOnly)
      .action((folder: string | undefined, flags: FolderFlags) =>
        start(flags, (cli) => renderFolder(cli, folder, flags)),
      );
  },
};

interface RenderedResource {
  readonly stack: string;
  readonly id: string;
  readonly origin?: Origin;
  readonly body: JsonObject;
}

async function renderFolder(
  cli: Cli,
  folder: string | undefined,
  flags: FolderFlags,
): Promise<ExitCode> {
  await using opened = await openFolder(folder, flags, cli.surroundings);
  const stacks = await selectStacks(opened, flags.stack);
  const resources: RenderedResource[] = [];
  let code: ExitCode = exitCodes.done;
  for (const stack of stacks) {
    const open = await opened.standAlone.open(stack, cli.surroundings.interrupts.stop);
    if (await tellProblems(cli, opened, open)) code = exitCodes.badInput;
    resources.push(...presentAll(stack, open));
  }
  await print(cli, resources);
  if (resources.some(({ body }) => formatJson(body).includes(sealed))) {
    cli.printer.note([
      line(`Secrets stand as ${sealed}: what is printed here cannot be applied.`, 'dim'),
    ]);
  }
  return code;
}

async function tellProblems(
  { printer }: Cli,
  { files }: OpenedStandAlone,
  { prepared }: OpenStack,
): Promise<boolean> {
  const diagnostics = prepared.diagnostics.map(reportDiagnostic);
  printer.note(diagnosticLines(diagnostics, await loadSourceLines(files, diagnostics)));
  return diagnostics.some(({ severity }) => severity === 'error');
}

function presentAll(
  { definition }: ProjectStack,
  { provider, prepared }: OpenStack,
): readonly RenderedResource[] {
  return prepared.resources.flatMap(({ id, body, origin }) => {
    const shown = provider.present?.(id, body, sealed);
    if (!shown) return [];
    return [{ stack: definition.name, id, ...(origin && { origin }), body: shown }];
  });
}

async function print({ printer }: Cli, resources: readonly RenderedResource[]): Promise<void> {
  await printer.document({ resources });
  if (printer.format !== 'text') return;
  const { formatYaml } = await import('@trueup/control-plane');
  for (const { stack, origin, body } of resources) {
    const place = origin ? `${origin.file}:${origin.line}` : '';
    const texts = plainLines(formatYaml(body));
    printer.lines([
      line('---', 'dim'),
      line(`# ${stack} ${place}`, 'dim'),
      ...texts.map((text) => line(text)),
    ]);
  }
}
