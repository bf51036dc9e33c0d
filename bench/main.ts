/**
 * Measures Trueup beside its rivals, in the same run on the same machine: `npm run bench [suite…]`.
 *
 * The figures are for people. Nothing fails because it was slow; a suite whose parts are missing
 * says so.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

import { printTable } from './print-table.ts';
import { MissingPart, type Row, type Suite } from './suite.ts';
import { suites } from './suites.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' } },
});
const unknown = positionals.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  process.stderr.write(`bench: there is no suite ${unknown.join(', ')}. There are ${names()}.\n`);
  process.exitCode = 1;
} else {
  await runAll(positionals.length === 0 ? suites : suites.filter(isAsked));
}

function names(): string {
  return suites.map(({ name }) => name).join(', ');
}

function isAsked({ name }: Suite): boolean {
  return positionals.includes(name);
}

async function runAll(asked: readonly Suite[]): Promise<void> {
  const [processor] = cpus();
  const machine = `${cpus().length} x ${processor?.model ?? 'unknown'}, Node ${process.version}`;
  process.stdout.write(`${machine}; median of ${values.rounds}\n`);
  for (const suite of asked) {
    process.stdout.write(`\n${suite.name}\n`);
    const rows = await runOne(suite);
    process.stdout.write(printTable(rows));
  }
}

async function runOne(suite: Suite): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-bench-'));
  const rows: Row[] = [];
  const note = (text: string): void => {
    process.stderr.write(`  … ${text}\n`);
  };
  try {
    const rounds = Number(values.rounds);
    await suite.run({ rounds, folder, note, report: (row) => rows.push(row) });
  } catch (error) {
    if (!(error instanceof MissingPart)) throw error;
    process.stdout.write(`left out: ${error.message}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return rows;
}
