/** Values that many kinds have. Few of each, so that one manifest often meets another. */
import { listOf, mapOf, oneOf, type Recipe, record } from './recipes.ts';

export const flag: Recipe = oneOf(true, false);
export const small: Recipe = oneOf(0, 1, 2, 5);
export const text: Recipe = oneOf('a', 'b', 'true', '1', '', 'ünï ✓ 𝄞', ' spaced ', 'two\nlines\n');
export const word: Recipe = oneOf('a', 'b', 'web', 'data');
export const labelNames: readonly string[] = ['tier', 'zone', 'example.com/part', 'a.b'];
export const labels: Recipe = mapOf(labelNames, oneOf('a', 'b', 'true', '1', ''));
export const annotations: Recipe = mapOf(['note', 'example.com/why', 'x'], text);

/** Amounts as people write them: the server prints some of them otherwise. */
export const amount: Recipe = oneOf(
  ...['1', '1000m', '100m', '0.1', '0.5', '1e0', '2E0', '1k', '0', '.5', '1.50', '+1', 1, 2, 0.5],
);
export const bytes: Recipe = oneOf(
  ...['64Mi', '65536Ki', '1Gi', '1024Mi', '0.5Gi', '128974848', '1e9', '1G', '12E6', 1024],
);

export const selector: Recipe = oneOf(
  {},
  { matchLabels: { app: 'web' } },
  { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'log'] }] },
  { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'Exists' }] },
);

export const port: Recipe = oneOf(80, 81, 8080);
export const share: Recipe = oneOf(1, 2, '10%', '25%');
export const args: Recipe = listOf(oneOf('-v', '--fast', ''), 0, 3);

export const metadata: Recipe = record({}, { labels, annotations }, 50);
