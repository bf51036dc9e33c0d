import { expect, it } from 'vitest';

import { staleTopics } from './stale-topics.ts';

it.each([
  ['run:applying', 'runs'],
  ['drift:opened', 'drift'],
  ['health:changed', 'stacks'],
  ['merge-request:planned', 'change-sets'],
  ['approval:given', 'change-sets'],
  ['rollout:succeeded', 'rollouts'],
  ['repository:advanced', 'repositories'],
])('%s makes %s stale', (type, topic) => {
  expect(staleTopics({ type })).toContain(topic);
});

it.each(['alert:sent', '__proto__:x', 'constructor', ''])('%j makes nothing stale', (type) => {
  expect(staleTopics({ type })).toEqual([]);
});
