/**
 * What people can be told of: the words that stand behind `on` in `trueup.yaml`.
 *
 * They are those of live events (`LiveEvent.type`) where one event is one piece of news. They are
 * public: a name is never given another meaning, and never taken away.
 */

/** How much it matters at first sight. Chooses colours and priorities. */
export type AlertTone = 'bad' | 'warning' | 'good' | 'neutral';

export interface AlertEventWords {
  /** What a title says of its subject: "shop/web: run failed". */
  readonly title: string;
  readonly tone: AlertTone;
  /** For the reference: when it is told. */
  readonly says: string;
}

export type AlertEventName =
  | 'merge-request:planned'
  | 'merge-request:conflicting'
  | 'merge-request:merged'
  | 'merge-request:closed'
  | 'plan:failed'
  | 'plan:refused'
  | 'approval:given'
  | 'approval:dropped'
  | 'approval:withdrawn'
  | 'approval:break-glass'
  | 'run:awaiting-approval'
  | 'run:held'
  | 'run:succeeded'
  | 'run:failed'
  | 'run:cancelled'
  | 'rollout:succeeded'
  | 'rollout:partly'
  | 'rollout:failed'
  | 'drift:opened'
  | 'drift:closed'
  | 'health:failed'
  | 'health:recovered'
  | 'stack:paused'
  | 'stack:unpaused'
  | 'repository:broken'
  | 'repository:failed'
  | 'repository:recovered';

/** In the order of the reference. */
export const alertEvents: Readonly<Record<AlertEventName, AlertEventWords>> = {
  'merge-request:planned': {
    title: 'merge request planned',
    tone: 'neutral',
    says: 'Each stack that a merge request touches has an answer; told again when the plan becomes another one.',
  },
  'merge-request:conflicting': {
    title: 'merge request conflicts',
    tone: 'warning',
    says: 'A merge request does not merge with the followed branch.',
  },
  'merge-request:merged': {
    title: 'merge request merged',
    tone: 'good',
    says: 'A merge request was merged.',
  },
  'merge-request:closed': {
    title: 'merge request closed',
    tone: 'neutral',
    says: 'A merge request was given up.',
  },
  'plan:failed': {
    title: 'plan failed',
    tone: 'bad',
    says: 'A stack of a merge request could not be planned.',
  },
  'plan:refused': {
    title: 'plan refused',
    tone: 'warning',
    says: 'Planning a stack of a merge request would hand credentials to what its author wrote; it waits for a word.',
  },
  'approval:given': {
    title: 'approval given',
    tone: 'neutral',
    says: 'Somebody approved changes.',
  },
  'approval:dropped': {
    title: 'approval dropped',
    tone: 'warning',
    says: 'What was approved is no longer planned, so that it has to be approved again.',
  },
  'approval:withdrawn': {
    title: 'approval withdrawn',
    tone: 'warning',
    says: 'Somebody took an approval back.',
  },
  'approval:break-glass': {
    title: 'rules set aside',
    tone: 'bad',
    says: 'Somebody set the rules aside, with a reason.',
  },
  'run:awaiting-approval': {
    title: 'run waits for approval',
    tone: 'warning',
    says: 'A run has a plan that people have to approve.',
  },
  'run:held': {
    title: 'run held',
    tone: 'warning',
    says: 'A run waits for a person.',
  },
  'run:succeeded': { title: 'run succeeded', tone: 'good', says: 'A run ended well.' },
  'run:failed': { title: 'run failed', tone: 'bad', says: 'A run ended badly.' },
  'run:cancelled': { title: 'run cancelled', tone: 'neutral', says: 'Somebody ended a run.' },
  'rollout:succeeded': {
    title: 'rollout succeeded',
    tone: 'good',
    says: 'All stacks that a revision touches were brought to their targets.',
  },
  'rollout:partly': {
    title: 'rollout succeeded in part',
    tone: 'bad',
    says: 'Some stacks that a revision touches were not brought to their targets.',
  },
  'rollout:failed': {
    title: 'rollout failed',
    tone: 'bad',
    says: 'No stack that a revision touches was brought to its target.',
  },
  'drift:opened': {
    title: 'drift',
    tone: 'warning',
    says: 'Observed state left desired while Git stood still.',
  },
  'drift:closed': { title: 'drift is gone', tone: 'good', says: 'Nothing is left of a drift.' },
  'health:failed': {
    title: 'unhealthy',
    tone: 'bad',
    says: 'A resource of a stack failed while nobody was changing it.',
  },
  'health:recovered': {
    title: 'healthy again',
    tone: 'good',
    says: 'A stack that was told to be unhealthy is healthy.',
  },
  'stack:paused': {
    title: 'paused',
    tone: 'neutral',
    says: 'Somebody had a stack left alone.',
  },
  'stack:unpaused': { title: 'goes on', tone: 'neutral', says: 'A paused stack goes on.' },
  'repository:broken': {
    title: 'trueup.yaml has mistakes',
    tone: 'bad',
    says: 'The new head of a followed branch has mistakes that the one before did not have.',
  },
  'repository:failed': {
    title: 'not followed',
    tone: 'bad',
    says: 'A repository could not be fetched or read.',
  },
  'repository:recovered': {
    title: 'followed again',
    tone: 'good',
    says: 'A repository that could not be fetched is followed again.',
  },
};

export const alertEventNames: readonly AlertEventName[] =
  Object.keys(alertEvents).filter(isAlertEvent);

export function isAlertEvent(name: string): name is AlertEventName {
  return Object.hasOwn(alertEvents, name);
}

/** All that may stand behind `on`: the names, and `noun:*` for each noun. */
export const eventPatterns: readonly string[] = [
  ...alertEventNames,
  ...new Set(alertEventNames.map((name) => `${name.slice(0, name.indexOf(':'))}:*`)),
];

export function matchesEvent(name: AlertEventName, patterns: readonly string[]): boolean {
  const noun = name.slice(0, name.indexOf(':'));
  return patterns.includes(name) || patterns.includes(`${noun}:*`);
}
