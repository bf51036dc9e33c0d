import { createApiClient } from '@trueup/api';
import { describe, expect, it } from 'vitest';

import { openSandbox } from '../e2e/harness/cluster.ts';
import { Installation, install } from '../e2e/harness/installation.ts';
import { browserProgram, Visitor } from './harness/visitor.ts';

describe.runIf(browserProgram)('with a browser', () => {
  it('a member signs in by a token, stays signed in, and is out again', async () => {
    await using here = await install(() => openSandbox());
    const { token } = await here.api.createToken({
      params: { member: 'ada' },
      body: { label: 'browser' },
    });
    await using visitor = await Visitor.open(here.baseUrl);

    await visitor.goto('/drift');
    await visitor.page.getByLabel('Token').fill('trueup_wrong');
    await visitor.page.getByRole('button', { name: 'Sign in' }).click();
    await visitor.page.getByRole('alert').waitFor();
    await visitor.picture('sign-in');
    await visitor.signIn(token, '/drift');
    await visitor.page.reload();
    await visitor.page.getByRole('heading', { name: /drift/i }).first().waitFor();
    await visitor.picture('drift');

    const [cookie] = await visitor.cookies();
    expect(cookie).toMatchObject({ name: 'trueup', httpOnly: true, sameSite: 'Strict', path: '/' });
    expect(await visitor.readableCookies()).toBe('');
    const stored = 'JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])';
    expect(await visitor.page.evaluate(stored)).not.toContain('trueup_');

    await visitor.page.getByRole('button', { name: 'Sign out' }).click();
    await visitor.page.getByLabel('Token').waitFor();
    await visitor.goto('/audit');
    await visitor.page.getByLabel('Token').waitFor();
    const stolen = { cookie: `${cookie?.name}=${cookie?.value}` };
    const { status } = await fetch(`${here.baseUrl}/api/v1/actor`, { headers: stolen });
    expect(status).toBe(401);
    expect(visitor.problems).toEqual([]);
  });

  it('the first administrator begins by the link that the server printed', async () => {
    await using here = new Installation(await openSandbox());
    const server = await here.launchUnclaimed();
    const link = `/welcome#${await server.firstLink()}`;
    await using visitor = await Visitor.open(await server.address());

    await visitor.goto(link);
    await visitor.page.getByLabel('Your name here').fill('grace');
    await visitor.picture('welcome');
    await visitor.page.getByRole('button', { name: 'Begin in this browser' }).click();
    await visitor.page.getByRole('link', { name: 'Go on' }).waitFor();
    const token = await visitor.page.locator('#token').innerText();
    await visitor.picture('welcome-done');
    await visitor.page.getByRole('link', { name: 'Go on' }).click();
    await visitor.page.getByRole('button', { name: 'Sign out' }).waitFor();

    expect(visitor.page.url()).not.toContain('#');
    const api = createApiClient({ baseUrl: visitor.baseUrl, token });
    expect(await api.actor()).toMatchObject({ name: 'grace', grants: [{ role: 'admin' }] });
    expect(visitor.problems).toEqual([]);
  });
});
