import { expect, it } from 'vitest';

import { pathFrom } from './repository.ts';

it.each([
  ['https://git.example.com/team/shop.git', 'team/shop'],
  ['https://git.example.com/group/sub/shop', 'group/sub/shop'],
  ['ssh://git@git.example.com:2222/team/shop.git', 'team/shop'],
  ['git@git.example.com:team/shop.git', 'team/shop'],
  ['https://git.example.com/team/shop/', 'team/shop'],
  ['file:///srv/shop.git', 'srv/shop'],
  ['shop', ''],
])('finds in %s the path on a forge', (url, path) => {
  expect(pathFrom(url)).toBe(path);
});
