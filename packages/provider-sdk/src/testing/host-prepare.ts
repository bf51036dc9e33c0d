/** Reads the host list and the tasks: every task becomes one resource on each host. */
import { isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import type { CallContext } from '../call-context.ts';
import type { Files } from '../files.ts';
import type { Prepared, PrepareRequest } from '../provider.ts';
import { type DesiredResource, formatResourceId } from '../resource.ts';
import { complainOf, InputReader, readJson, type Taken, textOf } from './fixture-input.ts';

/** The playbook says `{ "tasks": [HostTask] }`. A text that is exactly `$(name)` is an input. */
export type HostTask =
  /** A file with this content. */
  | { readonly file: string; readonly content: string; readonly secret?: boolean }
  /** Adds text to a file each time it runs, so it is never done. */
  | { readonly file: string; readonly append: string }
  /** Runs something. `always` if nothing is said: beside any other change. */
  | { readonly name: string; readonly command: string; readonly executes?: 'always' | 'changed' };

/** The body of a desired resource. */
export interface TaskBody extends JsonObject {
  readonly does: 'write' | 'append' | 'run';
  readonly text: string;
  readonly sensitive: boolean;
}

const nothingRead: Prepared = { resources: [], inputsRead: [], diagnostics: [] };

export async function prepareHosts(
  files: Files,
  request: PrepareRequest,
  call: CallContext,
): Promise<Prepared> {
  call.signal.throwIfAborted();
  const { stack, target } = request;
  const hostList = textOf(target.settings, 'hosts') ?? 'hosts.json';
  const name = textOf(stack.settings, 'playbook') ?? 'site.json';
  const playbook = stack.path === '' ? name : `${stack.path}/${name}`;
  const [listed, said] = [await readJson(files, hostList), await readJson(files, playbook)];
  const hosts = listIn(listed.value, 'hosts', isText);
  const tasks = listIn(said.value, 'tasks', isTask);
  const diagnostics = [
    ...listed.diagnostics,
    ...said.diagnostics,
    ...(hosts || listed.value === undefined ? [] : [complainOf(hostList, ['hosts'], 'is no list')]),
    ...(tasks || said.value === undefined ? [] : [complainOf(playbook, ['tasks'], 'is no list')]),
  ];
  if (!(hosts && tasks)) return { ...nothingRead, diagnostics };
  const inputs = new InputReader(request, call);
  const resources = (hosts as unknown as readonly string[]).flatMap((host) =>
    tasksOf(host, tasks as unknown as readonly HostTask[], playbook, inputs),
  );
  return { resources, inputsRead: inputs.inputsRead, diagnostics: inputs.diagnostics };
}

/** Tasks on one host come one after the other; hosts go side by side. */
function tasksOf(
  host: string,
  tasks: readonly HostTask[],
  file: string,
  inputs: InputReader,
): readonly DesiredResource[] {
  const ids = tasks.map((task) =>
    formatResourceId({
      kind: 'command' in task ? 'Command' : 'File',
      scope: host,
      name: 'command' in task ? task.name : task.file,
    }),
  );
  return tasks.map((task, place) => {
    const before = ids[place - 1];
    return {
      id: ids[place] ?? formatResourceId({ kind: 'File', scope: host, name: '' }),
      body: bodyOf(task, (value) => inputs.take(value, file)),
      position: { wave: 0, rank: 0 },
      dependsOn: before === undefined ? [] : [before],
      origin: { file, line: 1 },
      ...('command' in task && { executes: task.executes ?? 'always' }),
    };
  });
}

type Take = (value: string) => Taken;

function bodyOf(task: HostTask, takeOne: Take): TaskBody {
  if ('command' in task) return { does: 'run', ...take(task.command, false, takeOne) };
  if ('append' in task) return { does: 'append', ...take(task.append, false, takeOne) };
  return { does: 'write', ...take(task.content, task.secret === true, takeOne) };
}

function take(
  value: string,
  isSecret: boolean,
  takeOne: Take,
): Pick<TaskBody, 'text' | 'sensitive'> {
  const taken = takeOne(value);
  const text = typeof taken.value === 'string' ? taken.value : JSON.stringify(taken.value);
  return { text, sensitive: isSecret || taken.sensitive };
}

function listIn(
  value: Json | undefined,
  name: string,
  isItem: (item: Json) => boolean,
): readonly Json[] | undefined {
  const list = isJsonObject(value) ? value[name] : undefined;
  return Array.isArray(list) && list.every(isItem) ? list : undefined;
}

function isTask(value: Json): boolean {
  if (!isJsonObject(value)) return false;
  const { file, content, append, name, command, executes = 'always' } = value;
  if (command !== undefined) {
    return isText(name) && isText(command) && (executes === 'always' || executes === 'changed');
  }
  return isText(file) && (isText(content) || isText(append));
}

function isText(value: Json | undefined): boolean {
  return typeof value === 'string' && value !== '';
}
