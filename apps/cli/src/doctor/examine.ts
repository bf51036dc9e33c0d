/** Looks at everything that Trueup needs on this machine, for this folder and for the server. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import type { OpenedStandAlone, ProjectStack } from '@trueup/control-plane';

import { OperationError } from '@trueup/diagnostics';

import type { Cli } from '../command.ts';
import { count } from '../output/count.ts';
import { findServer } from '../server/connect-server.ts';
import { nameOfActor } from '../server/name-of-actor.ts';
import type { ServerFlags } from '../server/server-flags.ts';
import type { FolderFlags } from '../stand-alone/folder-flags.ts';
import { findKubeconfigs, openFolder } from '../stand-alone/open-folder.ts';
import type { Surroundings } from '../surroundings.ts';
import { UsageError } from '../usage-error.ts';
import { examineIsolation } from './examine-isolation.ts';
import type { Finding } from './finding.ts';

export async function examine(
  cli: Cli,
  folder: string | undefined,
  flags: FolderFlags & ServerFlags,
): Promise<readonly Finding[]> {
  const { surroundings } = cli;
  const { environment } = surroundings;
  const programs = await Promise.all(knownPrograms.map((one) => examineProgram(one, environment)));
  const isolation = await examineIsolation(environment);
  const files = await examineKubeconfigs(flags, surroundings);
  const stacks = await examineFolder(cli, folder, flags);
  const server = await examineServer(cli, flags);
  return [examineNode(), ...programs, ...isolation, ...files, ...stacks, ...server];
}

function examineNode(): Finding {
  const [major = '0'] = process.versions.node.split('.');
  const verdict = Number(major) >= 24 ? 'well' : 'ill';
  return { subject: 'node', verdict, says: process.version, advice: 'Node 24 or newer is needed.' };
}

interface KnownProgram {
  readonly name: string;
  readonly arguments: readonly string[];
  /** What lacks without it. */
  readonly advice: string;
  /** Oldest version that will do, as `2.38`. */
  readonly oldest?: readonly [number, number];
  readonly needed: boolean;
}

const knownPrograms: readonly KnownProgram[] = [
  {
    name: 'git',
    arguments: ['--version'],
    advice: 'Install git 2.38 or newer: servers and `trueup why` read history by it.',
    oldest: [2, 38],
    needed: true,
  },
  {
    name: 'kustomize',
    arguments: ['version'],
    advice: 'Only stacks with a kustomization.yaml need it.',
    needed: false,
  },
  {
    name: 'helm',
    arguments: ['version', '--short'],
    advice: 'Only stacks with a Chart.yaml need it.',
    needed: false,
  },
  {
    name: 'tofu',
    arguments: ['version'],
    advice: 'Only stacks of Terraform targets need it, where there is no `terraform`.',
    needed: false,
  },
];

const run = promisify(execFile);

async function examineProgram(
  { name, arguments: words, advice, oldest, needed }: KnownProgram,
  { PATH: searchPath = '', HOME: home = '' }: Surroundings['environment'],
): Promise<Finding> {
  const env = { PATH: searchPath, HOME: home, LC_ALL: 'C' };
  const answer = await run(name, [...words], { env, timeout: 10_000 }).catch(() => undefined);
  if (!answer)
    return { subject: name, verdict: needed ? 'ill' : 'missing', says: 'not found', advice };
  const [, version = 'unknown'] = /v?(\d+\.\d+(?:\.\d+)?)/.exec(answer.stdout) ?? [];
  const isOld = oldest !== undefined && isBefore(version, oldest);
  return { subject: name, verdict: isOld ? 'ill' : 'well', says: version, advice };
}

function isBefore(version: string, [major, minor]: readonly [number, number]): boolean {
  const [own = 0, second = 0] = version.split('.').map(Number);
  return own < major || (own === major && second < minor);
}

async function examineKubeconfigs(
  { kubeconfig }: FolderFlags,
  { environment, folder }: Surroundings,
): Promise<readonly Finding[]> {
  const { readContexts } = await import('@trueup/control-plane');
  const subject = 'kubeconfig';
  const advice = 'Targets that name a context are found there. Name another file by --kubeconfig.';
  const files = findKubeconfigs(kubeconfig, environment, folder);
  return Promise.all(
    files.map(async (file): Promise<Finding> => {
      const { missing, broken } = await readContexts([file]);
      if (missing.length > 0) {
        return { subject, verdict: 'missing', says: `${file}: not there`, advice };
      }
      const says = broken.length > 0 ? `${file}: cannot be read, or is none` : file;
      return { subject, verdict: broken.length > 0 ? 'ill' : 'well', says, advice };
    }),
  );
}

async function examineFolder(
  cli: Cli,
  folder: string | undefined,
  flags: FolderFlags,
): Promise<readonly Finding[]> {
  const place = resolve(cli.surroundings.folder, folder ?? '.');
  const isProject = existsSync(join(place, 'trueup.yaml'));
  // Where nobody named a folder, the one we are in may be any.
  if (!isProject && folder === undefined) {
    return [{ subject: 'trueup.yaml', verdict: 'missing', says: 'none in this folder' }];
  }
  const opened = await openFolder(folder, flags, cli.surroundings).catch(toFinding);
  if ('verdict' in opened) return [opened];
  await using open = opened;
  const targets = new Map(open.project.stacks.map((stack) => [stack.target.name, stack]));
  const reached = [...targets.values()].map((stack) => examineTarget(cli, open, stack));
  return [...examineProject(open, isProject), ...(await Promise.all(reached))];
}

function toFinding(error: unknown): Finding {
  if (!(error instanceof OperationError || error instanceof UsageError)) throw error;
  return { subject: 'folder', verdict: 'ill', says: error.message };
}

function examineProject({ project }: OpenedStandAlone, isProject: boolean): readonly Finding[] {
  const says = isProject ? count(project.stacks.length, 'stack') : 'one stack of manifests';
  const subject = isProject ? 'trueup.yaml' : 'folder';
  const errors = project.diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (!first) return [{ subject, verdict: 'well', says }];
  return [{ subject, verdict: 'ill', says: first.summary, advice: '`trueup plan` shows all.' }];
}

/** One look at what a stack owns tells whether its target answers, and lets us in. */
async function examineTarget(
  { surroundings }: Cli,
  { standAlone }: OpenedStandAlone,
  stack: ProjectStack,
): Promise<Finding> {
  const subject = `target ${stack.target.name}`;
  const signal = AbortSignal.any([surroundings.interrupts.stop, AbortSignal.timeout(15_000)]);
  try {
    await standAlone.observe(stack, signal);
    return { subject, verdict: 'well', says: 'answers' };
  } catch (error) {
    surroundings.interrupts.stop.throwIfAborted();
    const says = error instanceof Error ? error.message : 'does not answer';
    return {
      subject,
      verdict: 'ill',
      says,
      advice: 'Check its kubeconfig, its address, and what you may do there.',
    };
  }
}

async function examineServer(
  { surroundings }: Cli,
  { server: flag }: ServerFlags,
): Promise<readonly Finding[]> {
  const address = await findServer(flag, surroundings.environment).catch(toFinding);
  if (address && 'verdict' in address) return [{ ...address, subject: 'server' }];
  if (!address) return [{ subject: 'server', verdict: 'missing', says: 'none is named' }];
  const { createApiClient } = await import('@trueup/api');
  try {
    const actor = await createApiClient({ ...address, timeoutMs: 15_000 }).actor();
    const name = nameOfActor(actor);
    return [{ subject: 'server', verdict: 'well', says: `${address.baseUrl}, as ${name}` }];
  } catch (error) {
    const says = error instanceof Error ? error.message : 'does not answer';
    const advice = 'Log in by `trueup login URL`, or name another one by --server.';
    return [{ subject: 'server', verdict: 'ill', says, advice }];
  }
}
