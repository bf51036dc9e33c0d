import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const driver = join(import.meta.dirname, 'drivers/sandbox.ts');

/** Writes the kubeconfig. Disposing it ends the process. */
export async function startSandboxProcess(kubeconfig: string): Promise<AsyncDisposable> {
  const child = fork(driver, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [text] = await once(child, 'message');
  await writeFile(kubeconfig, String(text));
  return {
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}
