/**
 * The one decision about access: may this actor do this to that subject? Every surface asks it (HTTP,
 * events, command line against a server), from the first route on, so that no second surface can be
 * forgotten.
 */

/**
 * Each role may what the one before it may. `emergency` stands beside them: it may look, and break the
 * glass, which no other role may, not even `admin`; who needs both is given both.
 */
export type Role = 'viewer' | 'developer' | 'approver' | 'operator' | 'admin' | 'emergency';

const ladder: readonly Role[] = ['viewer', 'developer', 'approver', 'operator', 'admin'];

export const roles: readonly Role[] = [...ladder, 'emergency'];

export type Verb =
  | 'view'
  | 'plan'
  | 'approve'
  | 'apply'
  | 'cancel'
  | 'resume'
  | 'pause'
  | 'heal'
  | 'rollback'
  | 'alert'
  | 'break-glass'
  | 'administer';

/** What a verb is about. `installation` stands for members, tokens, secrets and repositories. */
export type Subject =
  | { readonly kind: 'installation' }
  | { readonly kind: 'repository'; readonly name: string }
  | { readonly kind: 'stack'; readonly repository: string; readonly stack: string };

export type Actor =
  | { readonly kind: 'anonymous' }
  /** Trueup itself: following, healing. It never approves. */
  | { readonly kind: 'system' }
  | { readonly kind: 'member'; readonly name: string; readonly grants: readonly Grant[] };

/** A role, everywhere or in one repository. */
export interface Grant {
  readonly role: Role;
  /** Name of the repository; everywhere when absent. */
  readonly repository?: string;
}

export interface Question {
  readonly actor: Actor;
  readonly verb: Verb;
  readonly subject: Subject;
}

/** All of them. */
export const verbs: readonly Verb[] = [
  'view',
  'plan',
  'approve',
  'apply',
  'cancel',
  'resume',
  'pause',
  'heal',
  'rollback',
  'alert',
  'break-glass',
  'administer',
];

const needed: Readonly<Record<Verb, Role>> = {
  view: 'viewer',
  plan: 'developer',
  approve: 'approver',
  apply: 'operator',
  cancel: 'operator',
  resume: 'operator',
  pause: 'operator',
  heal: 'operator',
  rollback: 'operator',
  alert: 'operator',
  'break-glass': 'emergency',
  administer: 'admin',
};

const systemVerbs: ReadonlySet<Verb> = new Set(['view', 'plan', 'apply', 'heal']);

export function may({ actor, verb, subject }: Question): boolean {
  switch (actor.kind) {
    case 'anonymous':
      return false;
    case 'system':
      return systemVerbs.has(verb);
    case 'member':
      return actor.grants.some((grant) => reaches(grant, subject) && suffices(grant.role, verb));
  }
}

/** A grant for one repository says nothing about the installation, nor about another repository. */
function reaches({ repository }: Grant, subject: Subject): boolean {
  if (repository === undefined) return true;
  if (subject.kind === 'installation') return false;
  return repository === (subject.kind === 'stack' ? subject.repository : subject.name);
}

function suffices(role: Role, verb: Verb): boolean {
  const least = needed[verb];
  if (role === 'emergency' || least === 'emergency') return role === least || verb === 'view';
  return ladder.indexOf(role) >= ladder.indexOf(least);
}
