import { isJsonObject, type Json } from '@trueup/diagnostics';

import { type Line, span, type Tone } from './line.ts';

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

/** One line: when, about what, what happened, and what there is to say of it. */
export function eventLine(event: ShownEvent): Line {
  const [noun = '', phase = ''] = event.type.split(':');
  const time = event.at.slice(11, 23);
  return [
    span(`${time}  `, 'dim'),
    span(noun.padEnd(11)),
    span(phase.padEnd(18), tones[phase] ?? 'accent'),
    span((event.stack ?? event.repository ?? '').padEnd(26), 'strong'),
    span(`  ${detailOf(event)}`, 'dim'),
  ];
}

function detailOf({ type, body }: ShownEvent): string {
  const read = (name: string): string => {
    const value = isJsonObject(body) ? body[name] : undefined;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const words: Readonly<Record<string, string>> = {
    'run:applying': `${read('done')} of ${read('total')} changes done`,
    'run:settling': `${read('done')} of ${read('total')} changes done`,
    'run:verifying': 'all applied; waiting until it is healthy',
    'run:succeeded': `${read('done')} of ${read('total')} changes done, all healthy`,
    'repository:advanced': read('revision').slice(0, 12),
    'health:changed': `${read('before')} → ${read('after')}`,
    'drift:opened': read('resource'),
    'drift:changed': read('resource'),
    'drift:closed': `${read('resource')}  ${read('closedBy')}`,
  };
  return words[type] ?? (read('failure') || read('message') || read('purpose'));
}
