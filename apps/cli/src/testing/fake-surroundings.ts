import { exitCodes } from '../exit-code.ts';
import type { Surroundings } from '../surroundings.ts';
import { FakeSink } from './fake-sink.ts';

export interface FakeSurroundings extends Surroundings {
  readonly output: FakeSink;
  readonly errors: FakeSink;
}

export function fakeSurroundings(given: Partial<Surroundings> = {}): FakeSurroundings {
  const never = new AbortController().signal;
  return {
    arguments: [],
    environment: {},
    folder: '/nowhere',
    ask: undefined,
    askSecret: undefined,
    readInput: async () => '',
    become: async () => exitCodes.done,
    interrupts: { stop: never, abort: never },
    nowMs: () => 0,
    ...given,
    output: new FakeSink(),
    errors: new FakeSink(),
  };
}
