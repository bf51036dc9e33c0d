import { describe, expect, it } from 'vitest';

import { HintHub } from './hint-hub.ts';

const never = 2 ** 31 - 1;

describe('a hint', () => {
  it('lets all go who wait for its topic, and nobody else', async () => {
    const hub = new HintHub();
    const others = new AbortController();
    const first = hub.wait('shop', never, new AbortController().signal);
    const second = hub.wait('shop', never, new AbortController().signal);
    const other = hub.wait('blog', never, others.signal);

    hub.hint('shop');
    await Promise.all([first, second]);
    others.abort(new Error('nobody hinted'));

    await expect(other).rejects.toThrow('nobody hinted');
  });

  it('reaches one who waits beside another that has given up', async () => {
    const hub = new HintHub();
    const impatient = new AbortController();
    const patient = hub.wait('shop', never, new AbortController().signal);
    const gone = hub.wait('shop', never, impatient.signal);

    impatient.abort(new Error('no longer'));
    await expect(gone).rejects.toThrow('no longer');
    hub.hint('shop');

    await patient;
  });

  it('is kept for one who comes later, once', async () => {
    const hub = new HintHub();
    hub.hint('shop');
    await hub.wait('shop', never, new AbortController().signal);
    const stop = new AbortController();

    const again = hub.wait('shop', never, stop.signal);
    stop.abort(new Error('there was one hint'));

    await expect(again).rejects.toThrow('there was one hint');
  });
});
