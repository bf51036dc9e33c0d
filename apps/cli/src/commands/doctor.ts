import type { Cli, CommandDefinition } from '../command.ts';
import { examine } from '../doctor/examine.ts';
import type { Finding } from '../doctor/finding.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { emptyLine, type Line, line, span, type Tone } from '../output/line.ts';
import { addServerFlag, type ServerFlags } from '../server/server-flags.ts';
import {
  addFolderFlags,
  addOutputFlag,
  type FolderFlags,
  folderOnly,
} from '../stand-alone/folder-flags.ts';

interface DoctorFlags extends FolderFlags, ServerFlags {}

export const doctor: CommandDefinition = {
  declare(command, start) {
    addOutputFlag(addServerFlag(addFolderFlags(command)))
      .argument('[folder]', folderOnly)
      .action((folder: string | undefined, flags: DoctorFlags) =>
        start(flags, (cli) => runDoctor(cli, folder, flags)),
      );
  },
};

const looks: Readonly<Record<Finding['verdict'], readonly [string, Tone]>> = {
  well: ['✓', 'good'],
  missing: ['·', 'dim'],
  ill: ['✗', 'bad'],
};

async function runDoctor(
  cli: Cli,
  folder: string | undefined,
  flags: DoctorFlags,
): Promise<ExitCode> {
  const { printer } = cli;
  using progress = cli.openProgress();
  progress.phase('Looking around');
  const findings = await examine(cli, folder, flags);
  progress[Symbol.dispose]();
  const ill = findings.filter(({ verdict }) => verdict === 'ill').length;
  const end = ill === 0 ? line('All is well.', 'good') : line(`Ill: ${ill}.`, 'bad');
  printer.lines([...findings.flatMap(findingLines), emptyLine, end]);
  await printer.document({ findings });
  return ill === 0 ? exitCodes.done : exitCodes.failed;
}

function findingLines({ verdict, subject, says, advice }: Finding): readonly Line[] {
  const [mark, tone] = looks[verdict];
  const head = [span(`${mark} `, tone), span(subject.padEnd(24), 'strong'), span(` ${says}`)];
  return advice === undefined || verdict === 'well' ? [head] : [head, line(`    ${advice}`, 'dim')];
}
