import { expect, it } from 'vitest';

import { shareLooks } from './share-looks.ts';

function observeLooks() {
  const looks: { readonly questions: readonly string[]; readonly end: (error?: Error) => void }[] =
    [];
  const ask = shareLooks<string, string>((questions) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const end = (error?: Error) => (error ? reject(error) : resolve(questions.join()));
    looks.push({ questions, end });
    return promise;
  });
  return { looks, ask };
}

/** Long enough for everything that waits for nothing. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('looks once for those who ask at the same time', async () => {
  const { looks, ask } = observeLooks();
  const answers = [ask('a'), ask('b')];
  await turn();

  looks[0]?.end();

  expect(await Promise.all(answers)).toEqual(['a,b', 'a,b']);
  expect(looks).toHaveLength(1);
});

it('answers by no look that began before the question', async () => {
  const { looks, ask } = observeLooks();
  const first = ask('a');
  await turn();
  const later = [ask('b'), ask('c')];
  await turn();
  expect(looks).toHaveLength(1);

  looks[0]?.end();
  expect(await first).toBe('a');
  await turn();
  looks[1]?.end();

  expect(await Promise.all(later)).toEqual(['b,c', 'b,c']);
});

it('goes on after a look that failed', async () => {
  const { looks, ask } = observeLooks();
  const first = ask('a');
  await turn();
  const second = ask('b');

  looks[0]?.end(new Error('no answer'));
  await expect(first).rejects.toThrow('no answer');
  await turn();
  looks[1]?.end();

  expect(await second).toBe('b');
});
