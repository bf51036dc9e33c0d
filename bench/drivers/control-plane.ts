/**
 * A whole control plane in a process of its own, as the server has it. Started by `fork`: it takes
 * commands and tells what happened as messages.
 */
import { join } from 'node:path';
import process from 'node:process';

import { openControlPlane } from '@trueup/control-plane';
import type { FromControlPlane, ToControlPlane } from '../control-plane-messages.ts';

const [, , folder = '', kubeconfig = ''] = process.argv;
const searchPath = '/usr/local/bin:/usr/bin:/bin';
const plane = await openControlPlane({
  dataFolder: join(folder, 'data'),
  keyFile: join(folder, 'key'),
  log: (level, message, fields) => {
    if (level !== 'error' && level !== 'warn') return;
    process.stderr.write(`${level}: ${message} ${JSON.stringify(fields)}\n`);
  },
  searchPath,
  clusters: { kubeconfigs: [kubeconfig], programs: { searchPath, environment: {} } },
  allowLocalRepositories: true,
});
await plane.start();
const session = plane.as({ kind: 'member', name: 'bench', grants: [{ role: 'admin' }] });
const closing = new AbortController();

function tell(message: FromControlPlane): void {
  process.send?.(message);
}

async function tellEvents(): Promise<void> {
  for await (const { type, stack } of session.events(undefined, closing.signal)) {
    if (type.startsWith('run:')) tell({ kind: 'run', phase: type.slice(4), stack: stack ?? '' });
  }
}

async function obey(command: ToControlPlane): Promise<void> {
  switch (command.kind) {
    case 'follow':
      await session.addRepository({ name: 'bench', url: command.url, intervalMs: 3_600_000 });
      return;
    case 'hint':
      return session.hintRepository('bench');
    case 'stop':
      closing.abort(new Error('The suite is over.'));
      await plane.stop();
      process.disconnect();
  }
}

// An abort ends it, and anything else shows in the suite that waits.
tellEvents().catch(() => undefined);
process.on('message', (command: ToControlPlane) => {
  obey(command).catch((error: unknown) => tell({ kind: 'failure', message: String(error) }));
});
tell({ kind: 'ready' });
