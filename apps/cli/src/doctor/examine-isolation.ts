/** Whether programs that interpret repositories (helm, kustomize) can be run apart from this machine. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import type { Surroundings } from '../surroundings.ts';
import type { Finding } from './finding.ts';

const run = promisify(execFile);
const subject = 'bubblewrap';

/** It may be there and forbidden, as namespaces are in many containers: only running it tells. */
export async function examineIsolation({
  PATH: searchPath = '',
}: Surroundings['environment']): Promise<Finding> {
  const options = { env: { PATH: searchPath }, timeout: 10_000 };
  const answer = await run('bwrap', ['--version'], options).catch(() => undefined);
  if (!answer) {
    const advice = 'Install bubblewrap: without it, helm and kustomize see the files of this user.';
    return { subject, verdict: 'missing', says: 'not found: programs are not isolated', advice };
  }
  const namespaces = ['--unshare-user', '--unshare-pid', '--unshare-net', '--ro-bind', '/', '/'];
  const works = await run('bwrap', [...namespaces, '/bin/sh', '-c', 'exit 0'], options).then(
    () => true,
    () => false,
  );
  const [version = 'there'] = /\d+\.\d+(?:\.\d+)?/.exec(answer.stdout) ?? [];
  if (works) return { subject, verdict: 'well', says: `${version}, programs are isolated` };
  const advice = 'Allow user namespaces here: in a container, by its security profile.';
  const says = `${version}, but it may not make namespaces: programs are not isolated`;
  return { subject, verdict: 'missing', says, advice };
}
