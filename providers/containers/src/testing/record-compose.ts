/**
 * Asks a real `docker compose` what it makes of each case, and writes the answers beside this file:
 *
 *     node providers/containers/src/testing/record-compose.ts ~/.cache/trueup-testbed/bin/docker-compose
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';

import { type ComposeCase, composeCases } from './compose-cases.ts';

const [, , program = 'docker-compose'] = argv;

function record({
  files,
  paths = ['compose.yaml'],
  profiles = [],
  variables,
}: ComposeCase): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'trueup-compose-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const words = [
      ...paths.flatMap((path) => ['-f', path]),
      ...profiles.flatMap((profile) => ['--profile', profile]),
    ];
    const said = execFileSync(program, [...words, 'config', '--format', 'json'], {
      cwd: folder,
      env: { ...variables },
      encoding: 'utf8',
    });
    // Paths are those of the project, wherever it was asked about.
    return JSON.parse(said.replaceAll(folder, '.'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const version = execFileSync(program, ['version', '--short'], { encoding: 'utf8' }).trim();
const answers = Object.fromEntries(
  Object.entries(composeCases).map(([name, one]) => [name, record(one)]),
);
const file = join(import.meta.dirname, 'compose-recorded.json');
writeFileSync(file, `${JSON.stringify({ version, answers }, undefined, 2)}\n`);
