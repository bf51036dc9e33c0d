/** From files and inputs to one resource for each task on each host, without reaching any of them. */
import type { Diagnostic, Json } from '@trueup/diagnostics';
import {
  type CallContext,
  type DesiredResource,
  type Files,
  formatResourceId,
  type Prepared,
  type PrepareRequest,
} from '@trueup/provider-sdk';
import { createMasker } from '@trueup/secrets';

import type { AnsibleClient } from '../ansible-client.ts';
import type { ListedTask } from '../client/parse-event.ts';
import type { ForeseenLooks } from '../observe/foreseen-looks.ts';
import { kindOf } from '../observe/look-at-stack.ts';
import { toOutput } from '../observe/observe-outputs.ts';
import type { ListedPlay, RunReport } from '../observe/run-report.ts';
import { parseStackSettings, parseTargetSettings, type StackSettings } from '../schema.ts';
import { explainUnreadable, matchesNothing } from '../translate-errors.ts';
import { type Bundle, digestBundle, packBundle } from './bundle.ts';
import { collectFiles, complain } from './collect-files.ts';
import { type ListingMemory, listTasks } from './list-tasks.ts';
import { readHostList } from './read-host-list.ts';
import { InputTaker } from './take-inputs.ts';

export interface PrepareCall extends CallContext {
  readonly client: AnsibleClient;
  readonly listings: ListingMemory;
  /** For a look that begins while the tasks are listed. */
  readonly foreseen: ForeseenLooks;
}

export async function prepareStack(
  files: Files,
  request: PrepareRequest,
  call: PrepareCall,
): Promise<Prepared> {
  call.signal.throwIfAborted();
  const { stack, target } = request;
  const settings = parseStackSettings(stack.settings);
  const inputs = new InputTaker(request, call);
  const list = settings.hosts ?? parseTargetSettings(target.settings).hosts;
  const read = readHostList(list, inputs, { allowsEmpty: settings.allowsEmptyPlays });
  const variables = takeVariables(settings, inputs);
  const vault = takeVault(settings, inputs);
  const sopsKey = settings.sops && inputs.takeSecret(settings.sops.key, 'sops');
  const playbook = stack.path === '' ? settings.playbook : `${stack.path}/${settings.playbook}`;
  const wanted = { folder: stack.path, playbook, settings, hosts: list, signal: call.signal };
  const collected = await collectFiles(files, wanted);
  const diagnostics = [...read.diagnostics, ...collected.diagnostics, ...inputs.diagnostics];
  const nothing = { resources: [], inputsRead: inputs.inputsRead };
  if (diagnostics.some(({ severity }) => severity === 'error')) return { ...nothing, diagnostics };
  // Nobody is there, and the stack says that this may be.
  if (read.isEmpty) return { ...nothing, diagnostics };
  const exposed = warnExposed(await call.client.exposure?.());
  const bundle: Bundle = {
    files: collected.files,
    playbook,
    hosts: read.hosts,
    groups: read.groups,
    verbatimHosts: read.verbatim,
    limit: settings.limit,
    ...variables,
    secrets: inputs.secrets,
    vault,
    sops: settings.sops && { key: sopsKey ?? '', files: settings.sops.files },
    rolePaths: settings.paths,
    requirements: settings.requirements,
    timeoutMs: settings.timeoutMs,
    outputs: Object.fromEntries(settings.outputs),
    tags: settings.tags,
    skipTags: settings.skipTags,
    core: '',
    resources: 0,
  };
  const { plan, knownHosts } = parseTargetSettings(target.settings);
  const access = request.surveyFollows ? { credentials: plan, knownHosts } : undefined;
  const asked = { client: call.client, memory: call.listings, access, signal: call.signal };
  const { report, look } = await listTasks(bundle, asked);
  const { core } = report;
  // Which tasks there are depends on the tool: conditions of imports, names of roles.
  const inputsRead = [...inputs.inputsRead, { name: 'tool:ansible-core', digest: core }];
  const tool = core === '' ? {} : { tool: { name: 'ansible-core', version: core } };
  const refusals = [...exposed, ...checkReport(report, settings, bundle)];
  if (!report.stats || refusals.some(({ severity }) => severity === 'error')) {
    look?.stop();
    return { resources: [], inputsRead, ...tool, diagnostics: refusals };
  }
  // What a task means hangs on files, variables and secrets all over the bundle, so that it goes by all of them.
  const resources = [
    ...toResources(report.plays, digestBundle(packBundle({ ...bundle, core }))),
    ...[...settings.outputs.keys()].map(toOutput),
  ];
  const packed = packBundle({ ...bundle, core, resources: resources.length });
  if (look) {
    call.foreseen.keep({ bundle: packed }, target, look);
    look.goOn();
  }
  return { resources, inputsRead, ...tool, diagnostics: refusals, bundle: packed };
}

function warnExposed(exposure: string | undefined): readonly Diagnostic[] {
  if (exposure === undefined) return [];
  const advice = 'Install bubblewrap and slirp4netns; `trueup doctor` says whether they work.';
  const summary = `ansible: not isolated as it should be: ${exposure}`;
  return [{ severity: 'warning', code: 'PROGRAM_NOT_ISOLATED', path: [], summary, advice }];
}

function takeVariables(
  { variables }: StackSettings,
  inputs: InputTaker,
): Pick<Bundle, 'variables' | 'taken'> {
  const written: (readonly [string, Json])[] = [];
  const taken: (readonly [string, Json])[] = [];
  for (const [name, source] of variables) {
    if ('value' in source) written.push([name, source.value]);
    else {
      const value = inputs.take(source.input, 'variables');
      if (value !== undefined) taken.push([name, value]);
    }
  }
  return { variables: Object.fromEntries(written), taken: Object.fromEntries(taken) };
}

function takeVault({ vault }: StackSettings, inputs: InputTaker): Readonly<Record<string, string>> {
  const passwords: (readonly [string, string])[] = [];
  for (const [id, input] of vault) {
    const password = inputs.takeSecret(input, 'vault');
    if (password !== undefined) passwords.push([id, password]);
  }
  return Object.fromEntries(passwords);
}

/** A play that matches nobody does nothing and calls that a success. */
function checkReport(
  report: RunReport,
  { allowsEmptyPlays, limit, tags, skipTags }: StackSettings,
  bundle: Bundle,
): readonly Diagnostic[] {
  const masker = createMasker([...bundle.secrets, ...report.secrets]);
  const mask = (text: string): string => masker.mask(text);
  const code = 'ANSIBLE_NO_HOSTS';
  const place = limit === undefined ? 'hosts' : 'limit';
  if (report.plays.every(({ hosts }) => hosts.length === 0) && matchesNothing(report)) {
    return [{ ...complain([place], 'no play of the playbook matches any host'), code }];
  }
  if (!report.stats) return [explainUnreadable(report, mask)];
  if (report.malformed > 0) {
    const said = complain(['playbook'], 'what Ansible tells of its tasks cannot be read');
    return [{ ...said, code: 'ANSIBLE_PLAYBOOK_INVALID' }];
  }
  if (report.plays.length === 0) {
    return [{ ...complain([place], 'the playbook has no play that matches a host'), code }];
  }
  const options = report.plays.flatMap(({ hosts }) => hosts).filter(isOption);
  if (options.length > 0) {
    const summary =
      'a host has a name or an address that begins with `-`: ssh takes that for an option';
    return [{ ...complain(['hosts'], summary), code: 'ANSIBLE_HOSTS_INVALID' }];
  }
  const tasks = report.plays.flatMap((play) => play.tasks).filter(isWritten);
  if (tags.length + skipTags.length > 0 && tasks.length === 0) {
    const summary = 'no task of the playbook has these tags, so that nothing would be done';
    return [{ ...complain(['tags'], summary), code: 'ANSIBLE_NO_TASKS' }];
  }
  if (allowsEmptyPlays || limit !== undefined) return [];
  return report.emptyPlays.map((play) => ({
    ...complain([place], mask(`the play \`${play}\` matches no host`)),
    code,
    advice: 'Write `emptyPlays: allow` if that is meant.',
  }));
}

/** Files of hosts are read by Ansible alone, which takes what ssh would not. */
function isOption({ name, address }: ListedPlay['hosts'][number]): boolean {
  return [name, address].some((one) => one.startsWith('-'));
}

/** Ansible adds tasks of its own, whatever the tags. */
function isWritten({ action, handler }: ListedTask): boolean {
  return !(handler || ['meta', 'gather_facts', 'validate_argument_spec'].includes(kindOf(action)));
}

function toResources(plays: readonly ListedPlay[], content: string): readonly DesiredResource[] {
  const last = new Map<string, DesiredResource['id']>();
  const resources = new Map<DesiredResource['id'], DesiredResource>();
  for (const { play, host, task } of plays.flatMap(stepsOf)) {
    const resource = toResource(task, { play, host, content, before: last });
    if (resources.has(resource.id)) continue;
    resources.set(resource.id, resource);
    last.set(host.name, resource.id);
  }
  return [...resources.values()];
}

interface Step {
  readonly play: string;
  readonly host: ListedPlay['hosts'][number];
  readonly task: ListedTask;
}

/** Handlers are met when something notifies them, and quiet tasks leave nothing. */
function stepsOf({ play, hosts, tasks }: ListedPlay): readonly Step[] {
  return tasks
    .filter(({ quiet, handler }) => !(quiet || handler))
    .flatMap((task) => {
      const reached = task.once ? hosts.slice(0, 1) : hosts;
      return reached.map((host) => ({ play, host, task }));
    });
}

interface Placing {
  readonly play: string;
  readonly host: ListedPlay['hosts'][number];
  readonly content: string;
  /** The last task so far, by host: tasks of one host come one after the other. */
  readonly before: ReadonlyMap<string, DesiredResource['id']>;
}

function toResource(
  { key, action, runs, file, line, content: task }: ListedTask,
  { play, host, content, before }: Placing,
): DesiredResource {
  const previous = before.get(host.name);
  const name = `${play} / ${key}`;
  return {
    id: formatResourceId({ kind: kindOf(action), scope: host.name, name }),
    body: { address: host.address, task, content },
    position: { wave: 0, rank: 0 },
    dependsOn: previous === undefined ? [] : [previous],
    ...(file !== '' && { origin: { file, line } }),
    ...(runs && { executes: 'always' as const }),
  };
}
