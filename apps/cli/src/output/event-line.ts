import { isJsonObject, type Json } from '@trueup/diagnostics';

import { type Line, span, type Tone } from './line.ts';
import { withoutSubject } from './without-subject.ts';

/** What an event is to those who watch. */
export interface ShownEvent {
  readonly at: string;
  /** `noun:phase`. */
  readonly type: string;
  readonly repository?: string;
  readonly stack?: string;
  readonly body: Json;
}

const tones: Readonly<Record<string, Tone>> = {
  succeeded: 'good',
  closed: 'good',
  recovered: 'good',
  failed: 'bad',
  held: 'warn',
  opened: 'warn',
  changed: 'warn',
  'awaiting-approval': 'warn',
  cancelled: 'warn',
  superseded: 'dim',
};

/** One line: when, what happened, about what, and what there is to say of it. */
export function eventLine(event: ShownEvent): Line {
  const [noun = '', phase = ''] = event.type.split(':');
  const time = event.at.slice(11, 23);
  const type = `${noun} ${phase}`;
  return [
    span(`${time}  `, 'dim'),
    span(`${noun} `),
    span(phase + ' '.repeat(Math.max(typeWidth - type.length, 0)), tones[phase] ?? 'accent'),
    span(`  ${(event.stack ?? event.repository ?? '').padEnd(subjectWidth)}`, 'strong'),
    span(`  ${detailOf(event)}`, 'dim'),
  ];
}

/** `run awaiting-approval`; what is longer is rare. */
const typeWidth = 21;
const subjectWidth = 24;

function detailOf({ type, body, stack }: ShownEvent): string {
  const read = (name: string): string => {
    const value = isJsonObject(body) ? body[name] : undefined;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const words: Readonly<Record<string, string>> = {
    'run:queued': read('purpose'),
    'run:planning': read('purpose'),
    'run:applying': `${read('done')}/${read('total')} done`,
    'run:settling': `${read('done')}/${read('total')} done`,
    'run:verifying': 'waiting for health',
    'run:succeeded': `${read('done')}/${read('total')}, healthy`,
    'repository:advanced': read('revision').slice(0, 12),
    'health:changed': `${read('before')} → ${read('after')}`,
    'drift:opened': read('resource'),
    'drift:changed': read('resource'),
    'drift:proposed': `merge request ${read('mergeRequest')}`,
    'drift:closed': `${read('resource')}  ${read('closedBy')}`,
  };
  const why = read('failure') || read('message');
  return words[type] ?? (why === '' ? read('purpose') : withoutSubject(why, stack ?? ''));
}
