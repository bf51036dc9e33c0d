/** What a real `docker compose config` makes of a project. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { JsonObject } from '@trueup/diagnostics';

import type { ComposeCase } from './compose-cases.ts';

/** `undefined` when it refuses the project. Paths are those of the project, wherever it was asked about. */
export function askCompose(
  program: string,
  { files, paths = ['compose.yaml'], profiles = [], variables }: ComposeCase,
): JsonObject | undefined {
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
    const { status, stdout } = spawnSync(program, [...words, 'config', '--format', 'json'], {
      cwd: folder,
      env: { ...variables },
      encoding: 'utf8',
    });
    if (status !== 0) return undefined;
    const answer: JsonObject = JSON.parse(stdout.replaceAll(folder, '.'));
    return answer;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
