/** Somebody with a browser, who sees what the page says and what it complains about. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// biome-ignore lint/correctness/noUnresolvedImports: what it re-exports is not found, and is there.
import { type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';

import { findBrowser } from './find-browser.ts';

export const browserProgram: string | undefined = findBrowser(process.env);

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What never comes is missing after this time, on a machine that does thirty other things as well. */
const patienceMs = 60_000;

export class Visitor implements AsyncDisposable {
  readonly page: Page;
  readonly baseUrl: string;
  /** What the console complained about, and what broke in the page. Nothing on a good day. */
  readonly problems: string[] = [];
  readonly #context: BrowserContext;
  readonly #folder: string;

  constructor(parts: { context: BrowserContext; page: Page; folder: string; baseUrl: string }) {
    this.#context = parts.context;
    this.#folder = parts.folder;
    this.page = parts.page;
    this.baseUrl = parts.baseUrl;
    this.page.on('pageerror', (error) => this.problems.push(`broke: ${error.message}`));
    this.page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      const text = `${message.type()}: ${message.text()} ${message.location().url}`;
      if (!isExpected(text)) this.problems.push(text);
    });
  }

  /** With a profile of their own, which goes with them. */
  static async open(baseUrl: string): Promise<Visitor> {
    const folder = mkdtempSync(join(tmpdir(), 'trueup-browser-'));
    const context = await chromium.launchPersistentContext(folder, {
      ...(browserProgram !== undefined && { executablePath: browserProgram }),
      args: flags,
      chromiumSandbox: false,
      viewport: { width: 1280, height: 860 },
      reducedMotion: 'reduce',
      bypassCSP: false,
    });
    context.setDefaultTimeout(patienceMs);
    const page = context.pages()[0] ?? (await context.newPage());
    return new Visitor({ context, page, folder, baseUrl });
  }

  static async openSignedIn(
    baseUrl: string,
    { token, path }: { readonly token: string; readonly path: string },
  ): Promise<Visitor> {
    await using opened = new AsyncDisposableStack();
    // biome-ignore lint/nursery/useDisposables: it goes to the caller, unless signing in fails.
    const visitor = opened.use(await Visitor.open(baseUrl));
    await visitor.#beginSession(token);
    await visitor.goto(path);
    await visitor.button('Sign out').waitFor();
    opened.move();
    return visitor;
  }

  async goto(path: string): Promise<void> {
    await this.page.goto(`${this.baseUrl}${path}`);
  }

  async signIn(token: string, path = '/'): Promise<void> {
    await this.goto(path);
    await this.page.getByLabel('Token').fill(token);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByRole('button', { name: 'Sign out' }).waitFor();
  }

  /** By what the form of signing in asks for: that itself is a test of its own. */
  async #beginSession(token: string): Promise<void> {
    const answer = await this.#context.request.post(`${this.baseUrl}/api/v1/session`, {
      data: { token },
    });
    if (!answer.ok()) throw new Error(`signing in: ${answer.status()} ${await answer.text()}`);
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  link(name: string): Locator {
    return this.page.getByRole('link', { name, exact: true });
  }

  field(label: string): Locator {
    return this.page.getByLabel(label);
  }

  heading(name: RegExp): Locator {
    return this.page.getByRole('heading', { level: 1, name });
  }

  /** Of the page that is shown. */
  get path(): string {
    return new URL(this.page.url()).pathname;
  }

  /** Waits until the page says so somewhere. */
  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  /** Waits until nothing on the page says that it is on its way. */
  async settled(): Promise<void> {
    await this.page.locator('main').first().waitFor();
    await this.page.locator('.state-pulse').first().waitFor({ state: 'detached' });
  }

  /** The whole text of the page, for messages and for what must not stand there. */
  async text(): Promise<string> {
    return await this.page.locator('body').innerText();
  }

  /** Names of the cookies that scripts of the page can read. */
  async readableCookies(): Promise<string> {
    return String(await this.page.evaluate('document.cookie'));
  }

  cookies(): Promise<Awaited<ReturnType<BrowserContext['cookies']>>> {
    return this.#context.cookies();
  }

  /** Keeps a picture, where somebody wants some: in the folder of `TRUEUP_SCREENSHOTS`. */
  async picture(name: string): Promise<void> {
    const folder = process.env['TRUEUP_SCREENSHOTS'];
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * Chromium itself says so where the server refuses what a page has to ask, and while pages are built whose
 * sources somebody changes meanwhile.
 */
function isExpected(text: string): boolean {
  return /Failed to load resource: the server responded with a status of (?:4\d\d|503)/.test(text);
}
