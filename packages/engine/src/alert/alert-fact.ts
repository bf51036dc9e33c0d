/**
 * Turns what happened - live events, as the store keeps them - into news for people.
 *
 * An event says nothing that may not be shown (P5), so neither does a fact. What a fact is `about`
 * decides what is taken for the same news: a run's failure is told once for its revision and code, a
 * drifting resource once, however often it comes back.
 */
import { isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { pagePaths } from '../links/page-paths.ts';
import type { StackId } from '../stack/stack-record.ts';
import type { LiveEvent } from '../store/live-event.ts';
import { type AlertEventName, isAlertEvent } from './alert-event.ts';

/** One piece of news. */
export interface AlertFact {
  readonly event: AlertEventName;
  readonly at: string;
  /** Name of the repository. */
  readonly repository: string;
  /** Those that it concerns, full names: whom it is told to goes by them. Empty: all of them. */
  readonly stacks: readonly StackId[];
  /** The record whose stacks it concerns, where `stacks` does not say. */
  readonly of?: { readonly kind: 'change-set' | 'rollout'; readonly id: string };
  /** What a title begins with: a stack, a repository, `repository!12`. */
  readonly subject: string;
  /** The same for the same news of this event and subject. */
  readonly about: string;
  /** What happened in particular, one line; empty where the title says it all. */
  readonly text: string;
  /** Below the server's own URL, with a slash first. */
  readonly path: string;
}

/** `undefined` for what nobody is told of. */
export function toAlertFact(event: LiveEvent): AlertFact | undefined {
  const { repository, at, body } = event;
  const name = event.type === 'health:changed' ? healthEvent(body) : event.type;
  if (repository === undefined || name === undefined || !isAlertEvent(name)) return undefined;
  const noun = name.slice(0, name.indexOf(':'));
  const described = describe(noun, event);
  const about = `${name} ${described.about ?? ''}`;
  const stacks = event.stack === undefined ? listIn(body, 'stacks') : [event.stack];
  const { subject, text = '', path } = described;
  const fact = { event: name, at, repository, stacks, subject, about, text, path };
  const of = stacks.length === 0 ? recordOf(body) : undefined;
  return of ? { ...fact, of } : fact;
}

function recordOf(body: JsonObject): AlertFact['of'] {
  const [set, rollout] = [textIn(body, 'changeSet'), textIn(body, 'rollout')];
  if (set !== '') return { kind: 'change-set', id: set };
  return rollout === '' ? undefined : { kind: 'rollout', id: rollout };
}

/** The stacks of a record may be too many for an event, so that who knows them adds them. */
export function withStacks(fact: AlertFact, stacks: readonly StackId[]): AlertFact {
  return { ...fact, stacks };
}

/** By the name of a stack's health, as `health:changed` tells it. */
function healthEvent(body: JsonObject): AlertEventName | undefined {
  const after = textIn(body, 'after');
  if (after === 'failed') return 'health:failed';
  return after === 'current' ? 'health:recovered' : undefined;
}

interface Described {
  readonly subject: string;
  readonly about?: string;
  readonly text?: string;
  readonly path: string;
}

function describe(noun: string, event: LiveEvent): Described {
  const { body, stack = '', repository = '' } = event;
  switch (noun) {
    case 'run':
      return describeRun(event);
    case 'merge-request':
    case 'plan':
      return describeMergeRequest(event);
    case 'drift':
      return {
        subject: stack,
        about: textIn(body, 'resource'),
        text: join([textIn(body, 'resource'), textIn(body, 'action'), textIn(body, 'closedBy')]),
        path: pagePaths.stack(stack),
      };
    case 'approval':
      return describeApproval(event);
    case 'rollout':
      return describeRollout(event);
    case 'repository':
      return {
        subject: repository,
        about: textIn(body, 'code'),
        text: textIn(body, 'message'),
        path: repositoryPath(event),
      };
    default:
      return { subject: stack, text: textIn(body, 'reason'), path: pagePaths.stack(stack) };
  }
}

function describeRun({ type, body, stack = '', repository = '' }: LiveEvent): Described {
  const [revision, purpose] = [textIn(body, 'revision'), textIn(body, 'purpose')];
  const why = textIn(body, 'failure') || textIn(body, 'message');
  const at = revision === '' ? '' : `revision ${revision.slice(0, 12)}`;
  const run = textIn(body, 'run').slice(0, 12);
  const done = type === 'run:succeeded' || type === 'run:failed' ? countIn(body) : '';
  // A run that waits or failed again over the same is no news; each success is one.
  const about =
    type === 'run:succeeded' || type === 'run:cancelled'
      ? textIn(body, 'run')
      : `${revision} ${purpose} ${why}`;
  return {
    subject: stack,
    about,
    text: join([purpose === 'revision' ? '' : purpose, at, run && `run ${run}`, done, why]),
    path: pagePaths.run(repository, textIn(body, 'run')),
  };
}

function countIn(body: JsonObject): string {
  const [done, total] = [numberIn(body, 'done'), numberIn(body, 'total')];
  return done === '' || total === '' ? '' : `${done} of ${total} changes done`;
}

function describeMergeRequest(event: LiveEvent): Described {
  const { body, stack } = event;
  const { request, path } = requestOf(event);
  return {
    subject: stack === undefined ? request : `${request} ${stack}`,
    about: join([textIn(body, 'digest'), textIn(body, 'head')]),
    text: textIn(body, 'message'),
    path,
  };
}

/** `infra!12`, or the repository where there is no number. */
function requestOf(event: LiveEvent): { readonly request: string; readonly path: string } {
  const { body, repository = '' } = event;
  const number = numberIn(body, 'number') || numberIn(body, 'mergeRequest');
  const path = repositoryPath(event);
  if (number === '') return { request: repository, path };
  return {
    request: `${repository}!${number}`,
    path: pagePaths.mergeRequest(repository, number),
  };
}

function describeRollout(event: LiveEvent): Described {
  const { body, repository = '' } = event;
  const revision = textIn(body, 'revision').slice(0, 12);
  return {
    subject: repository,
    about: textIn(body, 'rollout'),
    text: revision === '' ? '' : `revision ${revision}`,
    path: pagePaths.rollout(textIn(body, 'rollout')),
  };
}

function describeApproval(event: LiveEvent): Described {
  const { body, stack, repository = '' } = event;
  const [actor, run] = [textIn(body, 'actor'), textIn(body, 'run')];
  const why = textIn(body, 'reason') || textIn(body, 'message');
  const { request, path } = requestOf(event);
  const named = request === repository ? '' : request;
  return {
    subject: stack ?? request,
    about: join([actor, run, named, textIn(body, 'approval'), why]),
    text: join([actor === '' ? '' : `by ${actor}`, named, why]),
    path: run === '' ? path : pagePaths.run(repository, run),
  };
}

function repositoryPath({ repository = '' }: LiveEvent): string {
  return pagePaths.repository(repository);
}

/** Beyond what any place shows; a message may be long, and a page of events holds many. */
const longestText = 1000;

function textIn(body: JsonObject, member: string): string {
  const value = memberOf(body, member);
  return typeof value === 'string' ? value.slice(0, longestText) : '';
}

function numberIn(body: JsonObject, member: string): string {
  const value = memberOf(body, member);
  return typeof value === 'number' ? value.toFixed(0) : '';
}

function listIn(body: JsonObject, member: string): readonly string[] {
  const value = memberOf(body, member);
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function memberOf(body: JsonObject, member: string): Json | undefined {
  return isJsonObject(body) && Object.hasOwn(body, member) ? body[member] : undefined;
}

function join(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(', ');
}
