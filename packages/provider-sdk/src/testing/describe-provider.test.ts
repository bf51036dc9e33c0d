import { describeProvider } from './describe-provider.ts';
import { createMemoryFiles } from './memory-files.ts';
import { ThingCloud } from './thing-cloud.ts';
import { createThingProvider } from './thing-provider.ts';

describeProvider('things', () => {
  const cloud = new ThingCloud();
  return {
    provider: createThingProvider(cloud),
    target: { name: 't', settings: {} },
    files: createMemoryFiles({
      's/a.json': '{"kind":"Thing","name":"a","spec":{"size":1},"secret":"opensesame"}',
      's/b.json': '{"kind":"Thing","name":"b","spec":{"size":1}}',
    }),
    stack: { name: 'r/s', path: 's', settings: {}, owner: 'o1', formerOwners: [] },
    secret: 'opensesame',
    countWrites: () => cloud.counts.writes,
    async disturb(id) {
      cloud.disturb(id, 'size', `${cloud.get(id)?.version ?? ''}x`);
    },
  };
});
