/**
 * Tests of real parts leave themselves out where the part is missing, so that `npm test` works on
 * any machine. `TRUEUP_REQUIRE`, a comma list, turns that around: a part that it names and that is
 * not there is a failure, so that CI cannot go green by testing nothing.
 */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { request as requestHttp } from 'node:http';
import { request } from 'node:https';
import { delimiter, join } from 'node:path';

import { findExposure } from '@trueup/programs';

import { findBrowser } from './browser/harness/find-browser.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One line per part that is required and missing, saying what is missing; empty if all is there. */
export async function findMissingParts(environment: Environment): Promise<readonly string[]> {
  const names = (environment['TRUEUP_REQUIRE'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return (await Promise.all(names.map((name) => checkPart(name, environment)))).flat();
}

async function checkPart(name: string, environment: Environment): Promise<readonly string[]> {
  switch (name) {
    case 'kubernetes': {
      const programs = checkPrograms(name, ['etcd', 'kube-apiserver', 'kubectl'], environment);
      return [...programs, ...(await checkCluster(environment))];
    }
    case 'render':
      return checkPrograms(name, ['kustomize', 'helm'], environment);
    case 'terraform':
      return checkPrograms(name, ['tofu'], environment);
    case 'oci':
      return checkPrograms(name, ['registry'], environment);
    case 'ansible':
      return checkAnsible(environment);
    case 'vm':
      return [
        ...checkAnsible({ TRUEUP_HOSTS: 'none', ...environment }),
        ...checkMachine(environment),
      ];
    case 'browser':
      return findBrowser({ ...environment, TRUEUP_BROWSER: '1' }) === undefined
        ? ['browser: no Chromium at TRUEUP_CHROMIUM, nor at /usr/bin/chromium']
        : [];
    case 'containers':
      return await checkEngine(environment);
    case 'forge':
      return await checkForge(environment);
    case 'isolation': {
      const exposure = await findExposure('guarded');
      return exposure === undefined ? [] : [`isolation: ${exposure}`];
    }
    default:
      return [
        `${name}: no such part; there are kubernetes, render, terraform, ansible, containers, vm, oci, forge, isolation and browser`,
      ];
  }
}

function checkPrograms(
  part: string,
  programs: readonly string[],
  environment: Environment,
): readonly string[] {
  const folder = environment['KUBEBUILDER_ASSETS'];
  if (!folder) return [`${part}: KUBEBUILDER_ASSETS is not set`];
  return programs
    .filter((program) => !isExecutable(join(folder, program)))
    .map((program) => `${part}: KUBEBUILDER_ASSETS holds no ${program}`);
}

/** Its programs lie in a folder of their own name; hosts by ssh come with `tools/testbed/ssh-hosts`. */
function checkAnsible(environment: Environment): readonly string[] {
  const { TRUEUP_ANSIBLE: folder, TRUEUP_HOSTS: hosts } = environment;
  if (!folder) return ['ansible: TRUEUP_ANSIBLE is not set'];
  const missing = ['ansible-playbook', 'ansible-galaxy']
    .filter((program) => !isExecutable(join(folder, program)))
    .map((program) => `ansible: TRUEUP_ANSIBLE holds no ${program}`);
  return hosts ? missing : [...missing, 'ansible: TRUEUP_HOSTS is not set'];
}

/** What `tools/testbed/hosts/provision vm` makes. */
function checkMachine({
  TESTBED_CACHE,
  XDG_CACHE_HOME,
  HOME = '/root',
  PATH = '',
}: Environment): readonly string[] {
  const cache = TESTBED_CACHE ?? join(XDG_CACHE_HOME ?? join(HOME, '.cache'), 'testbed');
  const qemu = PATH.split(delimiter).some((folder) =>
    isExecutable(join(folder, 'qemu-system-x86_64')),
  );
  const isMade = existsSync(join(cache, 'hosts/stamps/vm'));
  return [
    ...(qemu ? [] : ['vm: there is no qemu-system-x86_64 in the PATH']),
    ...(isMade ? [] : ['vm: tools/testbed/hosts/provision vm has not made a disk']),
  ];
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function checkCluster(environment: Environment): Promise<readonly string[]> {
  const server = environment['TRUEUP_CLUSTER_SERVER'];
  if (!server) return ['kubernetes: TRUEUP_CLUSTER_SERVER is not set'];
  try {
    const status = await askReady(server, environment);
    return status === 200 ? [] : [`kubernetes: TRUEUP_CLUSTER_SERVER answers ${status}`];
  } catch {
    return ['kubernetes: TRUEUP_CLUSTER_SERVER does not answer'];
  }
}

async function checkEngine(environment: Environment): Promise<readonly string[]> {
  const address = environment['TRUEUP_ENGINE'];
  if (!address) return ['containers: TRUEUP_ENGINE is not set'];
  const options = {
    socketPath: address.replace(/^unix:\/\//, ''),
    path: '/_ping',
    signal: AbortSignal.timeout(10_000),
  };
  const status = await new Promise<number | undefined>((resolve) => {
    const call = requestHttp(options, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on('error', () => resolve(undefined));
    call.end();
  });
  return status === 200 ? [] : ['containers: TRUEUP_ENGINE does not answer'];
}

async function checkForge(environment: Environment): Promise<readonly string[]> {
  const names = ['TRUEUP_FORGE_URL', 'TRUEUP_FORGE_USER', 'TRUEUP_FORGE_TOKEN'];
  const unset = names.filter((name) => !environment[name]);
  if (unset.length > 0) return unset.map((name) => `forge: ${name} is not set`);
  const { TRUEUP_FORGE_URL: url = '', TRUEUP_FORGE_TOKEN: token = '' } = environment;
  try {
    const { status } = await fetch(`${url}/api/v1/user`, {
      headers: { authorization: `token ${token}` },
      signal: AbortSignal.timeout(10_000),
    });
    return status === 200 ? [] : [`forge: TRUEUP_FORGE_URL answers ${status}`];
  } catch {
    return ['forge: TRUEUP_FORGE_URL does not answer'];
  }
}

async function askReady(server: string, environment: Environment): Promise<number | undefined> {
  const { TRUEUP_CLUSTER_CA: authority, TRUEUP_CLUSTER_TOKEN: token } = environment;
  const options = {
    ...(authority && { ca: readFileSync(authority) }),
    ...(token && { headers: { authorization: `Bearer ${token}` } }),
    signal: AbortSignal.timeout(10_000),
  };
  return await new Promise((resolve, reject) => {
    const call = request(new URL('/readyz', server), options, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on('error', reject);
    call.end();
  });
}
