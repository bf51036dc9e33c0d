/** What a condition may speak about: the types that it is checked against, and the words for people. */

/** In the words of CEL. */
export type VariableType = 'string' | 'int' | 'bool' | 'list<string>' | 'list<map>';

export interface ConditionVariable {
  /** `change.id.kind`. */
  readonly name: string;
  readonly type: VariableType;
  readonly says: string;
}

/** All of them, in the order of the documentation. */
export const conditionVariables: readonly ConditionVariable[] = [
  { name: 'change.id.kind', type: 'string', says: 'the kind of the resource: `Deployment.apps`' },
  { name: 'change.id.scope', type: 'string', says: 'its namespace, host, workspace or registry' },
  { name: 'change.id.name', type: 'string', says: 'its name' },
  {
    name: 'change.action',
    type: 'string',
    says: '`create`, `update`, `replace`, `delete`, `take-over` or `execute`',
  },
  { name: 'change.cause', type: 'string', says: '`revision`, or `drift` where the target moved' },
  {
    name: 'change.confidence',
    type: 'string',
    says: '`certain`, `predicted`, `deferred` or `opaque`',
  },
  {
    name: 'change.hazards',
    type: 'list<string>',
    says: 'of `destroys-data`, `recreates`, `restarts`, `interrupts`',
  },
  { name: 'change.risks', type: 'list<string>', says: 'the same words as `when` takes' },
  {
    name: 'change.fields',
    type: 'list<map>',
    says: 'each with `path` (`spec.replicas`), `before`, `after` (null if absent; a seal if sensitive), `sensitive`, `generated` and `unknown`',
  },
  {
    name: 'plan.purpose',
    type: 'string',
    says: '`revision`, `heal`, `rollback` or `removal`',
  },
  { name: 'plan.steps', type: 'int', says: 'how many changes there are' },
  { name: 'plan.creates', type: 'int', says: 'how many of them create' },
  { name: 'plan.updates', type: 'int', says: 'how many of them update' },
  { name: 'plan.replaces', type: 'int', says: 'how many of them replace' },
  { name: 'plan.deletes', type: 'int', says: 'how many of them delete' },
  { name: 'plan.takeOvers', type: 'int', says: 'how many of them take over' },
  { name: 'plan.executes', type: 'int', says: 'how many of them execute' },
  { name: 'plan.drifted', type: 'int', says: 'how many of them have the cause `drift`' },
  { name: 'plan.owned', type: 'int', says: 'how many resources the stack owns' },
  { name: 'plan.gaps', type: 'list<string>', says: 'what the plan could not look into' },
  { name: 'plan.risks', type: 'list<string>', says: 'the risks of all changes' },
  {
    name: 'plan.paths',
    type: 'list<string>',
    says: 'files that changed in Git, of those that the stack reads',
  },
  { name: 'stack.name', type: 'string', says: 'without the repository' },
  { name: 'stack.repository', type: 'string', says: 'the name under which it is followed' },
  { name: 'stack.path', type: 'string', says: 'its directory' },
  { name: 'stack.target', type: 'string', says: 'where it goes' },
  { name: 'stack.provider', type: 'string', says: '`kubernetes`, and what else there is' },
  {
    name: 'mergeRequest.known',
    type: 'bool',
    says: 'false for a run that no known merge request brought: all else is empty then',
  },
  { name: 'mergeRequest.number', type: 'int', says: 'as the forge counts' },
  { name: 'mergeRequest.author', type: 'string', says: 'the account on the forge: `gitea:42`' },
  { name: 'mergeRequest.fork', type: 'bool', says: 'its branch lies in another repository' },
  { name: 'mergeRequest.labels', type: 'list<string>', says: 'its labels' },
];

/** By the first word, for CEL: `{ change: { id: { kind: 'string' } } }`. */
export function schemasOf(variables: readonly ConditionVariable[]): ReadonlyMap<string, Schema> {
  const root: Branch = new Map();
  for (const { name, type } of variables) {
    const steps = name.split('.');
    const leaf = steps.pop() ?? '';
    let branch = root;
    for (const step of steps) {
      const known = branch.get(step);
      const next: Branch = known instanceof Map ? known : new Map();
      branch.set(step, next);
      branch = next;
    }
    branch.set(leaf, type);
  }
  return new Map([...root].map(([name, one]) => [name, toSchema(one)]));
}

export interface Schema {
  readonly [member: string]: VariableType | Schema;
}

type Branch = Map<string, VariableType | Branch>;

function toSchema(branch: VariableType | Branch): Schema {
  if (!(branch instanceof Map)) return {};
  const members = [...branch].map(
    ([name, one]) => [name, one instanceof Map ? toSchema(one) : one] as const,
  );
  return Object.fromEntries(members);
}
