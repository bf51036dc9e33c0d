import type { CommandDefinition } from '../command.ts';
import { declareChangeSets } from './mr-change-sets.ts';
import { declareHostedRequests } from './mr-hosted.ts';

export const mr: CommandDefinition = {
  declare(command, start) {
    declareChangeSets(command, start);
    declareHostedRequests(command, start);
  },
};
