import type { JsonObject } from '@trueup/diagnostics';

import { visibleText } from '../../comment/markdown.ts';
import type { AlertRecord } from '../alert-record.ts';
import type { AlertWords } from './alert-text.ts';

/**
 * An event in the JSON format of CloudEvents 1.0, for programs.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 *
 * `id` is the same for every attempt: who has seen it has seen it all. Texts are those of people's
 * messages, visible and bounded; how a program shows them is its own care.
 */
export function composeCloudEvent(
  { title, lines, link }: AlertWords,
  { id, message, repeats }: Pick<AlertRecord, 'id' | 'message' | 'repeats'>,
): JsonObject {
  const { event, repository, subject, stacks, count, again, at, tone } = message;
  return {
    specversion: '1.0',
    id,
    source: `/trueup/repositories/${encodeURIComponent(repository)}`,
    type: `dev.trueup.${event.replace(':', '.')}`,
    ...(subject !== '' && { subject: visibleText(subject) }),
    time: at,
    datacontenttype: 'application/json',
    data: {
      event,
      repository,
      stacks: [...stacks],
      tone,
      title,
      lines: [...lines],
      count,
      again,
      repeats,
      ...(link !== undefined && { link }),
    },
  };
}
