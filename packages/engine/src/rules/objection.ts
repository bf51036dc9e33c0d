/**
 * Decides whose word counts for a requirement.
 *
 * N1. Only members of the installation who may approve the stack count, under their own name.
 * N2. Whoever wrote one of the commits, sent them, or asked for the run does not count where the
 *     rule excludes authors: known by name, by an account on a forge, or by an address of a commit.
 * N3. Owners in CODEOWNERS are names of a forge. `@ann` is the member who is called so, `@shop/ops` the
 *     group of that name or else `ops`, since the namespace is the forge's. Whoever is not found
 *     here is nobody, and not anybody.
 */
import { may } from '../access/may.ts';
import type { Member } from '../access/member.ts';
import type { ApprovalRequirement } from '../configuration/configuration.ts';

/** What is known of a member. */
export type KnownMember = Pick<Member, 'name' | 'grants' | 'groups' | 'emails' | 'identities'>;

export interface ObjectionQuestion {
  /** `undefined` for who is no member. */
  readonly member: KnownMember | undefined;
  readonly requirement: Pick<ApprovalRequirement, 'from' | 'excludeAuthor'>;
  /** Actors: `commit:Ann <ann@example.com>`, `member:ann`, `gitea:42`. */
  readonly authors: readonly string[];
  readonly stack: { readonly repository: string; readonly name: string };
}

/** Why somebody's word does not count, in a few words for people; `undefined` where it does. */
export function findObjection(question: ObjectionQuestion): string | undefined {
  const { member, requirement, authors, stack } = question;
  if (!member) return 'is no member any more';
  const { from, excludeAuthor } = requirement;
  const actor = { kind: 'member', name: member.name, grants: member.grants } as const;
  const subject = { kind: 'stack', repository: stack.repository, stack: stack.name } as const;
  if (!may({ actor, verb: 'approve', subject })) return 'may not approve here any more';
  if (excludeAuthor && authors.some((author) => isAuthor(member, author))) {
    return 'wrote it, and the rule excludes authors';
  }
  if (from.length === 0 || from.some((one) => isNamed(member, one))) return undefined;
  return `is not of ${from.map(nameSource).join(', ')}`;
}

/** Git's author is free text: whoever calls itself like a member there is taken for it. */
function isAuthor({ name, emails, identities = [] }: KnownMember, actor: string): boolean {
  const kind = actor.split(':', 1)[0] ?? '';
  if (kind !== 'commit' && kind !== 'member') return identities.includes(actor);
  const who = actor.slice(kind.length + 1);
  if (who === name) return true;
  const address = /<([^<>]*)>\s*$/.exec(who)?.[1] ?? who;
  return kind === 'commit' && hasAddress([...emails, standInAddress(name)], address);
}

/** The address in commits that a member without one makes in the built-in forge. Nobody else's: it reaches nobody. */
export function standInAddress(name: string): string {
  return `${name}@trueup.invalid`;
}

function hasAddress(emails: readonly string[], address: string): boolean {
  const wanted = address.trim().toLowerCase();
  return wanted !== '' && emails.some((one) => one.trim().toLowerCase() === wanted);
}

function isNamed({ name, groups, emails }: KnownMember, from: string): boolean {
  const [kind = '', ...rest] = from.split(':');
  const who = rest.join(':');
  if (kind === 'member') return who === name;
  if (kind === 'group') return groups.includes(who);
  if (kind !== 'owner') return false;
  if (!who.startsWith('@')) return hasAddress(emails, who);
  const wanted = who.slice(1).toLowerCase();
  const team = wanted.slice(wanted.lastIndexOf('/') + 1);
  if (groups.some((group) => [wanted, team].includes(group.toLowerCase()))) return wanted !== '';
  return wanted !== '' && name.toLowerCase() === wanted;
}

/** An owner as CODEOWNERS writes it; all else as the rule does. */
export function nameSource(from: string): string {
  return from.startsWith('owner:') ? from.slice('owner:'.length) : from;
}
