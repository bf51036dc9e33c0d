/** How long a command line takes that has nothing to do, beside Node alone. */
import { join } from 'node:path';
import process from 'node:process';

import { installedPackage } from '../installed-package.ts';
import { timeProgram } from '../run-program.ts';
import type { Suite } from '../suite.ts';
import { takeTurns } from '../take-turns.ts';

/** Short processes vary more than long ones do. */
const runs = 20;

export const cli: Suite = {
  name: 'cli',
  async run({ report }) {
    const trueup = join(await installedPackage(), 'tools/trueup.mjs');
    const node = (...args: readonly string[]) => timeProgram({ command: process.execPath, args });
    const { bare, version } = await takeTurns(runs, {
      bare: () => node('-e', '0'),
      version: () => node(trueup, '--version'),
    });
    report({
      what: 'trueup --version',
      unit: 'ms',
      ours: version,
      rival: { name: 'node -e 0', sample: bare },
      target: { kind: 'times-slower', bound: 2 },
    });
  },
};
