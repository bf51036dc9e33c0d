/**
 * Asks a real `docker compose` what it makes of each case, and writes the answers beside this file:
 *
 *     node providers/containers/src/testing/record-compose.ts ~/.cache/trueup-testbed/bin/docker-compose
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';

import { askCompose } from './ask-compose.ts';
import { composeCases } from './compose-cases.ts';

const [, , program = 'docker-compose'] = argv;

const version = execFileSync(program, ['version', '--short'], { encoding: 'utf8' }).trim();
const answers = Object.fromEntries(
  Object.entries(composeCases).map(([name, one]) => {
    const answer = askCompose(program, one);
    if (!answer) throw new Error(`${name}: it refuses this project`);
    return [name, answer];
  }),
);
const file = join(import.meta.dirname, 'compose-recorded.json');
writeFileSync(file, `${JSON.stringify({ version, answers }, undefined, 2)}\n`);
