import { runInNewContext } from 'node:vm';

import { describe, expect, it } from 'vitest';

import { composeWelcomePage } from './welcome-page.ts';

const token = `trueup_${'a-B_9'.repeat(8)}`;

describe('the page of the first link', () => {
  it('puts its own address into the command', () => {
    const address = `https://trueup.example.com/welcome#${token}`;

    expect(openAt(address)).toBe(`trueup login '${address}'`);
    expect(openAt(`http://[::1]:8484/welcome#${token}`)).toContain('[::1]:8484');
  });

  it.each([
    ["https://x/welcome#trueup_'; rm -rf ~; '"],
    [`https://x/welcome#${token}'; rm -rf ~`],
    [`https://x/wel';rm -rf ~'come#${token}`],
    ['https://x/welcome#javascript:alert(1)'],
    ['https://x/welcome'],
  ])('lets nobody say anything else in a terminal: %s', (address) => {
    expect(openAt(address)).toBe("trueup login 'THE WHOLE ADDRESS OF THIS PAGE'");
  });

  it('may load and run nothing but its own', () => {
    const { html, contentSecurityPolicy } = composeWelcomePage();

    expect(contentSecurityPolicy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src/,
    );
    expect(contentSecurityPolicy).not.toContain('unsafe');
    expect(html).not.toMatch(/\s(?:src|onclick|style)=/);
  });
});

/** What stands as the command once the page was opened at this address. */
function openAt(address: string): string {
  const { html } = composeWelcomePage();
  const [, shown = ''] = /<pre id="command">(.*?)<\/pre>/.exec(html) ?? [];
  const [, script = ''] = /<script>(.*?)<\/script>/s.exec(html) ?? [];
  const { origin, pathname, hash } = new URL(address);
  const command = { textContent: shown };
  const other = { hidden: false, addEventListener: () => undefined };
  runInNewContext(script, {
    location: { origin, pathname, hash },
    document: { getElementById: (id: string) => (id === 'command' ? command : other) },
  });
  return command.textContent;
}
