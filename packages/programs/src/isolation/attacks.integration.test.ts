/** The attack that all tools are tried with: what it gets at without isolation, and that it gets at nothing with it. */
import { describe, expect, it } from 'vitest';

import { probeNetwork } from '../network/probe-network.ts';
import { runProgram } from '../run-program.ts';
import { findLoot, loot, openAttackedMachine } from '../testing/attacked-machine.ts';
import { limits, text } from '../testing/shell-programs.ts';
import type { IsolationRequest } from './isolation-request.ts';
import { probeBubblewrap } from './probe-bubblewrap.ts';

const isPossible = (await probeBubblewrap()) && (await probeNetwork());

async function attack(isolation?: IsolationRequest): Promise<string> {
  await using machine = await openAttackedMachine();
  const { stdout } = await runProgram(
    {
      program: '/bin/bash',
      arguments: ['-c', machine.script],
      environment: { PATH: '/usr/bin:/bin' },
      limits,
      ...(isolation && { isolation }),
    },
    new AbortController().signal,
  );
  return text(stdout);
}

describe('an attack on what is not isolated', () => {
  it('gets at everything', async () => {
    expect(findLoot(await attack())).toEqual(Object.keys(loot));
  });
});

describe.runIf(isPossible)('an attack on what is isolated', () => {
  it('gets at nothing', async () => {
    const nothing = { readable: [], writable: [] };
    const seen = await attack({ level: 'required', network: 'guarded', ...nothing });

    expect(seen).toContain('tried');
    expect(findLoot(seen)).toEqual([]);
  });

  it('gets at the address alone with the network of the machine', async () => {
    const nothing = { readable: [], writable: [] };
    const seen = await attack({ level: 'required', network: 'host', ...nothing });

    expect(findLoot(seen)).toEqual(['address']);
  });
});
