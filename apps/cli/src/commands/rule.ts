import { resolve } from 'node:path';

import type { RuleTestReport } from '@trueup/control-plane';

import type { Cli, CommandDefinition, CommonFlags } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { count } from '../output/count.ts';
import { diagnosticLines } from '../output/diagnostic-lines.ts';
import { emptyLine, type Line, line, span } from '../output/line.ts';
import { reportDiagnostic } from '../report/plan-report.ts';
import { addOutputFlag } from '../stand-alone/folder-flags.ts';
import { requireFolder } from '../stand-alone/open-folder.ts';
import { loadSourceLines } from '../stand-alone/source-lines.ts';
import { UsageError } from '../usage-error.ts';

export const rule: CommandDefinition = {
  declare(command, start) {
    addOutputFlag(
      command
        .command('test')
        .description('Run the tests that stand beside trueup.yaml; nothing is connected to.'),
    )
      .argument('[folder]', 'the one with trueup.yaml; the one you are in if absent')
      .action((folder: string | undefined, flags: CommonFlags) =>
        start(flags, (cli) => testFolder(cli, folder)),
      );
  },
};

/** 0: all passed; 1: some did not; 3: rules or tests cannot be read, so none was run. */
async function testFolder(cli: Cli, folder = '.'): Promise<ExitCode> {
  const { printer, surroundings } = cli;
  const place = resolve(surroundings.folder, folder);
  requireFolder(place, folder);
  const { testRules, ruleTestFile, ruleTestFolder } = await import('@trueup/control-plane');
  const { report, disk } = await testRules(place, surroundings.interrupts.stop);
  const { files, results } = report;
  if (files.length === 0) {
    throw new UsageError(
      `${folder}: there are no tests. Write some into ${ruleTestFile}, or into files in ${ruleTestFolder}.`,
    );
  }
  const diagnostics = report.diagnostics.map(reportDiagnostic);
  printer.note(diagnosticLines(diagnostics, await loadSourceLines(disk, diagnostics)));
  printer.lines(resultLines(report));
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  await printer.document({ ...report, diagnostics, passed: results.length - failed, failed });
  if (diagnostics.some(({ severity }) => severity === 'error')) return exitCodes.badInput;
  return failed > 0 ? exitCodes.failed : exitCodes.done;
}

function resultLines({ results, files }: RuleTestReport): readonly Line[] {
  if (results.length === 0) return [];
  const failed = results.filter(({ failures }) => failures.length > 0);
  const each = results.flatMap(({ name, origin, failures }): readonly Line[] => {
    if (failures.length === 0) return [[span('✓ ', 'good'), span(name)]];
    const at = `  ${origin.file}:${origin.line}:${origin.column}`;
    return [
      [span('✗ ', 'bad'), span(name, 'strong'), span(at, 'dim')],
      ...failures.map((text) => line(`    ${text}`, 'bad')),
    ];
  });
  const passed = `${count(results.length - failed.length, 'test')} passed`;
  const total =
    failed.length > 0
      ? line(`${passed}, ${failed.length} failed.`, 'bad')
      : line(`${passed}, in ${count(files.length, 'file')}.`, 'good');
  return [...each, emptyLine, total];
}
