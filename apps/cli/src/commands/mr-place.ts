/** How a merge request is named on a command line: `shop 7`, or `shop '!7'`. */
import { parseCount } from '../server/parse-count.ts';
import { addServerFlags } from '../server/server-flags.ts';

export interface RequestPlace {
  readonly repository: string;
  readonly number: number;
}

type Command = Parameters<typeof addServerFlags>[0];

export function addPlace(command: Command): Command {
  return addServerFlags(command)
    .argument('<repository>', 'as it is registered')
    .argument('<number>', 'of the merge request');
}

export function placeOf(repository: string, number: string): RequestPlace {
  return { repository, number: parseCount('The number', number.replace(/^!/, '')) };
}
