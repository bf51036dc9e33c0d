/** A sandbox in a process of its own. Started by `fork`: tells its kubeconfig, ends with its parent. */
import process from 'node:process';

import { startSandbox } from '@trueup/sandbox-kubernetes';

const sandbox = await startSandbox({ name: 'testbed' });
process.send?.(sandbox.kubeconfig());
process.on('disconnect', () => {
  sandbox.close().catch(() => undefined);
});
