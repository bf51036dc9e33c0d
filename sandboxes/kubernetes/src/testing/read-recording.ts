import { readFileSync } from 'node:fs';

import type { Outcome } from './scenario.ts';

/** What the real server answered to the scenarios of one file, by the scenario's name. */
export function readRecording(file: string): ReadonlyMap<string, readonly Outcome[]> {
  const text = readFileSync(new URL(`./recorded/${file}.jsonl`, import.meta.url), 'utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const { name, outcomes } = JSON.parse(line) as { name: string; outcomes: readonly Outcome[] };
      return [name, outcomes];
    }),
  );
}
