/** What a server answers that has forgotten the past; it has to forget fast for a test to see it. */

import type { Scenario } from '../scenario.ts';
import { configMap, get, namespacePath, post, remove, silently } from './steps.ts';

const maps = `${namespacePath}/configmaps`;
const isForgotten = ({ status }: { readonly status: number }): boolean => status === 410;

export const expiryScenarios: readonly Scenario[] = [
  {
    name: 'pages that are too old go on with the present state when asked to',
    steps: [
      silently(post(maps, configMap('a', {}))),
      silently(post(maps, configMap('b', {}))),
      silently(post(maps, configMap('d', {}))),
      silently(get(`${maps}?limit=1`)),
      silently(remove(`${maps}/b`)),
      silently(post(maps, configMap('c', {}))),
      { ...get(`${maps}?limit=1&continue={continue3}`), until: isForgotten },
      get(`${maps}?limit=1&continue={continue6}`),
      get(`${maps}?limit=1&continue={continue7}`),
    ],
  },
  {
    name: 'a list at a version that is too old',
    steps: [
      silently(post(maps, configMap('a', {}))),
      silently(post(maps, configMap('b', {}))),
      {
        ...get(`${maps}?resourceVersion={rv0}&resourceVersionMatch=Exact`),
        until: isForgotten,
      },
      get(`${maps}?resourceVersion={rv0}&resourceVersionMatch=NotOlderThan`),
    ],
  },
];
