import { type Sample, toSample } from './sample.ts';

/** Answers how long it took, in milliseconds, or another figure. */
export type Measure = (round: number) => Promise<number>;

/**
 * Measures all of them once per round, in turns: what else the machine does meanwhile meets all of
 * them alike.
 */
export async function takeTurns<Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, Measure>>,
): Promise<Readonly<Record<Name, Sample>>> {
  const names = Object.keys(contenders).filter((name): name is Name => name in contenders);
  const values = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // Nobody is always the one who comes after a certain other.
    for (const index of names.keys()) {
      const name = names[(index + round) % names.length];
      if (name !== undefined) values.get(name)?.push(await contenders[name](round));
    }
  }
  return toRecord(names, (name) => toSample(values.get(name) ?? []));
}

function toRecord<Name extends string, Value>(
  names: readonly Name[],
  measured: (name: Name) => Value,
): Readonly<Record<Name, Value>> {
  // `fromEntries` forgets which names there are.
  const record: Partial<Record<Name, Value>> = {};
  for (const name of names) record[name] = measured(name);
  return isWhole(record, names) ? record : unreachable();
}

function isWhole<Name extends string, Value>(
  record: Partial<Record<Name, Value>>,
  names: readonly Name[],
): record is Record<Name, Value> {
  return names.every((name) => name in record);
}

function unreachable(): never {
  throw new Error('A record that was just made lacks a name.');
}
