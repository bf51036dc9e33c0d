/** Whether programs that interpret repositories (tofu, ansible, helm) can be run apart from this machine. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import type { Surroundings } from '../surroundings.ts';
import type { Finding } from './finding.ts';

const run = promisify(execFile);

type Environment = Surroundings['environment'];

/** They may be there and forbidden, as namespaces are in many containers: only running them tells. */
export async function examineIsolation(environment: Environment): Promise<readonly Finding[]> {
  return await Promise.all([examineFiles(environment), examineNetwork(environment)]);
}

async function examineFiles({ PATH: searchPath = '' }: Environment): Promise<Finding> {
  const subject = 'bubblewrap';
  const options = { env: { PATH: searchPath }, timeout: 10_000 };
  const answer = await run('bwrap', ['--version'], options).catch(() => undefined);
  if (!answer) {
    const advice =
      'Install bubblewrap: without it, tofu, ansible, helm and kustomize see the files of this user, and what outsiders wrote is not planned by them.';
    return { subject, verdict: 'missing', says: 'not found: programs are not isolated', advice };
  }
  const namespaces = ['--unshare-user', '--unshare-pid', '--unshare-net', '--ro-bind', '/', '/'];
  const works = await succeeds('bwrap', [...namespaces, '/bin/sh', '-c', 'exit 0'], options);
  const version = versionIn(answer.stdout);
  if (works) return { subject, verdict: 'well', says: `${version}, programs are isolated` };
  const advice = 'Allow user namespaces here: in a container, by its security profile.';
  const says = `${version}, but it may not make namespaces: programs are not isolated`;
  return { subject, verdict: 'missing', says, advice };
}

/** `ip` lies in folders that a person's search path may leave out. */
async function examineNetwork({ PATH: searchPath = '' }: Environment): Promise<Finding> {
  const subject = 'slirp4netns';
  const options = { env: { PATH: `${searchPath}:/usr/sbin:/sbin` }, timeout: 10_000 };
  const answer = await run('slirp4netns', ['--version'], options).catch(() => undefined);
  const open = 'tofu and ansible reach this machine and link-local addresses';
  if (!answer) {
    const advice = `Install slirp4netns: without it, ${open}, and what outsiders wrote is not planned by them.`;
    return { subject, verdict: 'missing', says: `not found: ${open}`, advice };
  }
  const version = versionIn(answer.stdout);
  const network = ['--user', '--map-root-user', '--net', '--', 'ip', 'link', 'set', 'lo', 'up'];
  const works =
    (await succeeds('unshare', network, options)) &&
    (await succeeds('nsenter', ['--version'], options));
  if (works) return { subject, verdict: 'well', says: `${version}, the network is guarded` };
  const advice =
    'Install iproute2 and util-linux, and allow user namespaces: in a container, with /dev/net/tun.';
  return {
    subject,
    verdict: 'missing',
    says: `${version}, but it cannot be used: ${open}`,
    advice,
  };
}

function versionIn(text: string): string {
  return /\d+\.\d+(?:\.\d+)?/.exec(text)?.[0] ?? 'there';
}

async function succeeds(
  program: string,
  words: readonly string[],
  options: { readonly env: { readonly PATH: string }; readonly timeout: number },
): Promise<boolean> {
  return await run(program, words, options).then(
    () => true,
    () => false,
  );
}
