/** A real Gitea, as `tools/testbed/forge` starts one, for tests. */
import { randomBytes } from 'node:crypto';

import type { ForgeUser } from '@trueup/forge-sdk';

export interface RealGiteaAccess {
  readonly url: string;
  readonly user: string;
  /** Of the administrator. */
  readonly token: string;
}

export interface GiteaCall {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  /** Whom the administrator stands for. Himself if absent. */
  readonly as?: ForgeUser | undefined;
}

export interface NewUser extends ForgeUser {
  readonly password: string;
}

export class RealGitea {
  readonly access: RealGiteaAccess;
  #count = 0;

  constructor(access: RealGiteaAccess) {
    this.access = access;
  }

  /** The answer's JSON. Rejects for any status without success. */
  async ask(call: GiteaCall): Promise<unknown> {
    const { method, path, body, as } = call;
    const response = await fetch(`${this.access.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `token ${this.access.token}`,
        'content-type': 'application/json',
        ...(as && { sudo: as.login }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** A name that no other test has. */
  unique(word: string): string {
    this.#count += 1;
    return `${word}-${this.#count}-${randomBytes(3).toString('hex')}`;
  }

  async createUser(login: string): Promise<NewUser> {
    const password = randomBytes(12).toString('hex');
    const email = `${this.unique('mail')}@example.test`;
    const body = { username: login, email, password, must_change_password: false };
    const { id } = (await this.ask({ method: 'POST', path: '/admin/users', body })) as {
      readonly id: number;
    };
    return { id: String(id), login, password };
  }

  async createToken({ login, password }: NewUser): Promise<string> {
    const basic = Buffer.from(`${login}:${password}`).toString('base64');
    const response = await fetch(`${this.access.url}/api/v1/users/${login}/tokens`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'test', scopes: ['all'] }),
    });
    const { sha1 } = (await response.json()) as { readonly sha1: string };
    return sha1;
  }

  /** What a proxy in front of it does. */
  async forward(
    target: string,
    request: {
      readonly method: string;
      readonly headers: Readonly<Record<string, string | undefined>>;
      readonly body: unknown;
    },
  ): Promise<{ status: number; headers: Record<string, string>; body: Uint8Array }> {
    const { authorization = '', accept = '' } = request.headers;
    const response = await fetch(`${this.access.url}${target}`, {
      method: request.method,
      redirect: 'manual',
      headers: { authorization, accept, 'content-type': 'application/json' },
      ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
    });
    const passed = ['content-type', 'link', 'etag', 'x-total-count', 'location'];
    const headers = [...response.headers].filter(([name]) => passed.includes(name));
    const body = new Uint8Array(await response.arrayBuffer());
    return { status: response.status, headers: Object.fromEntries(headers), body };
  }
}
