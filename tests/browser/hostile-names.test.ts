import { describe, expect, it } from 'vitest';

import { repository, Shop } from './harness/shop.ts';
import { browserProgram } from './harness/visitor.ts';

const html = '<img src=x onerror="window.pwned=1"><script>window.pwned=2</script>';
/** Would turn `exe.yaml` around, so that it reads as something else. */
const turned = 'safe\u202elmay.exe';

describe.runIf(browserProgram)('with a browser', () => {
  it('names and values that others wrote stay text, and what is invisible in them is seen', async () => {
    await using shop = await Shop.open();
    const { here, hosted } = shop;
    const file = `shop/${html.replaceAll('/', '-')}.txt`;
    await hosted.push('topic', {
      ...shop.door(`${html.replaceAll('"', "'")} ${turned} [x](javascript:alert(1))`),
      [file]: `${html}\n${turned}\n`,
      [`shop/${turned}`]: 'x\n',
    });
    const number = await shop.openRequest('topic', `${html} ${turned}`);
    const params = { repository, number };
    const body = `${html}\n\n[click](javascript:window.pwned=3) ${turned} ![x](data:text/html,x)`;
    await here.api.addComment({ params, body: { body } });
    await here.api.addComment({
      params,
      body: { body: '<details open ontoggle="window.pwned=4">x</details>' },
    });
    await shop.planned(number);
    await using eve = await shop.visit('eve', 'viewer');

    const place = `path=${encodeURIComponent('shop')}&revision=topic`;
    const addresses = [
      '/merge-requests',
      `/repositories/shop/merge-requests/${number}`,
      `/repositories/shop/merge-requests/${number}?tab=discussion`,
      `/repositories/shop/merge-requests/${number}?tab=files`,
      `/repositories/shop/files?${place}`,
      `/repositories/shop/files?revision=topic&path=${encodeURIComponent(file)}`,
      `/repositories/shop/history?${place}`,
      `/repositories/shop/edit?revision=topic&path=${encodeURIComponent(file)}`,
      `/repositories/${encodeURIComponent(html)}/stacks/${encodeURIComponent(turned)}`,
      `/drift?x=${encodeURIComponent(html)}#${encodeURIComponent(html)}`,
    ];
    for (const [index, address] of addresses.entries()) {
      await eve.goto(address);
      await eve.settled();
      await eve.picture(`hostile-${index}`);
      expect([address, await eve.page.evaluate('window.pwned ?? null')]).toEqual([address, null]);
      const strange =
        'document.querySelectorAll("img[src=x], [onerror], a[href^=javascript]").length';
      expect([address, await eve.page.evaluate(strange)]).toEqual([address, 0]);
    }

    await eve.goto(`/repositories/shop/files?${place}`);
    await eve.sees('U+202E');
    expect(await eve.text()).toContain('<img src=x');
    expect(eve.problems).toEqual([]);
  });
});
