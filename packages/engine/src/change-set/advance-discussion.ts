/** Decides how what is known of a discussion goes on. */
import type { Discussion, HeardComments, Refusal } from './discussion.ts';

/** A forge may show a comment a little later than one that was written after it. */
const windowMs = 10 * 60_000;
/** Nobody says more in that time; whoever does is not listened to twice. */
const mostHeard = 1000;
const mostRefusals = 20;

/** Nothing was heard; whatever was written before `since` is about something else. */
export function beginDiscussion(since: string): Discussion {
  return { heard: { since, comments: [] }, refusals: [] };
}

/** What goes over to a change set for another head, or for the same one. */
export function passOn(discussion: Discussion, sameHead: boolean): Discussion {
  if (sameHead) return discussion;
  const { explains: _explains, ...rest } = discussion;
  return { ...rest, refusals: [] };
}

export function isUnheard(
  { since, comments }: HeardComments,
  { id, createdAt }: { readonly id: string; readonly createdAt: string },
): boolean {
  if (!(Date.parse(createdAt) >= Date.parse(since))) return false;
  return !comments.some((one) => one.id === id);
}

/** `all` are those that the forge showed, `heard` of them those that hold a command. */
export function noteHeard(
  before: HeardComments,
  all: readonly { readonly createdAt: string }[],
  heard: readonly { readonly id: string; readonly createdAt: string }[],
): HeardComments {
  const times = all.map(({ createdAt }) => Date.parse(createdAt)).filter(Number.isFinite);
  const newest = times.reduce((one, other) => Math.max(one, other), 0);
  const since = Math.max(Date.parse(before.since), newest - windowMs);
  const comments = [
    ...before.comments,
    ...heard.map(({ id, createdAt }) => ({ id, at: createdAt })),
  ];
  const kept = comments.filter(({ at }) => Date.parse(at) >= since).slice(-mostHeard);
  const cut = comments.length > mostHeard ? kept.map(({ at }) => Date.parse(at)) : [];
  const from = cut.reduce((one, other) => Math.max(one, other), since);
  return { since: new Date(from).toISOString(), comments: kept };
}

/** One of a kind: whoever says it again is answered by what stands there already. */
export function addRefusals(
  refusals: readonly Refusal[],
  more: readonly Refusal[],
): readonly Refusal[] {
  const byKind = new Map(refusals.map((one) => [keyOf(one), one]));
  for (const one of more) byKind.set(keyOf(one), one);
  return [...byKind.values()].slice(-mostRefusals);
}

function keyOf({ who, what, reason }: Refusal): string {
  return JSON.stringify([who, what, reason]);
}
