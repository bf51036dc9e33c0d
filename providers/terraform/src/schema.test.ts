import { describe, expect, it } from 'vitest';

import { checkStackSettings, checkTargetSettings, parseTargetSettings } from './schema.ts';

describe('settings of a target', () => {
  it('may be left out', () => {
    expect(checkTargetSettings(undefined)).toEqual([]);
    expect(checkTargetSettings({})).toEqual([]);
  });

  it.each([
    [{ tol: 'tofu' }, ['tol'], 'Did you mean `tool`?'],
    [{ tool: 'pulumi' }, ['tool'], undefined],
    [{ version: 1.12 }, ['version'], undefined],
    [{ workspace: '../a' }, ['workspace'], undefined],
    [{ state: { local: { foldr: '/a', folder: '/a' } } }, ['foldr'], 'Did you mean `folder`?'],
    [{ state: { local: { folder: 'a' } } }, ['state', 'local', 'folder'], expect.any(String)],
    [{ state: { local: { folder: '/a/../b' } } }, ['state', 'local', 'folder'], expect.any(String)],
    [{ state: { s3: {}, gcs: {} } }, ['state'], expect.any(String)],
    [{ environment: { PATH: '/x' } }, ['environment', 'PATH'], undefined],
    [{ environment: { TF_CLI_ARGS: '-x' } }, ['environment', 'TF_CLI_ARGS'], undefined],
    [{ environment: { LD_PRELOAD: '/x' } }, ['environment', 'LD_PRELOAD'], undefined],
    [{ planEnvironment: { A: 1 } }, ['planEnvironment', 'A'], undefined],
    [{ applyEnvironment: [] }, ['applyEnvironment'], undefined],
  ])('are refused: %j', (settings, path, advice) => {
    const [found, ...others] = checkTargetSettings(settings);

    expect(others).toEqual([]);
    expect(found).toMatchObject({ severity: 'error', code: 'TERRAFORM_SETTINGS', path });
    expect(found?.advice).toEqual(advice);
  });

  it('take secrets by their names', () => {
    const environment = { AWS_SECRET_ACCESS_KEY: { secret: 'aws-read' } };

    expect(checkTargetSettings({ planEnvironment: environment })).toEqual([]);
  });

  it('keep the credentials for applying away from planning', () => {
    const { planEnvironment, applyEnvironment } = parseTargetSettings({
      environment: { REGION: 'north', KEY: 'both' },
      planEnvironment: { KEY: 'read' },
      applyEnvironment: { KEY: 'write', MORE: 'x' },
    });

    expect(planEnvironment).toEqual({ REGION: 'north', KEY: 'read' });
    expect(applyEnvironment).toEqual({ REGION: 'north', KEY: 'write', MORE: 'x' });
  });
});

describe('settings of a stack', () => {
  it.each([
    [{ variabels: {} }, ['variabels'], 'Did you mean `variables`?'],
    [{ variables: [] }, ['variables'], undefined],
    [{ reads: 'modules' }, ['reads'], undefined],
    [{ workspace: '' }, ['workspace'], undefined],
    [{ ignoreDrift: [1] }, ['ignoreDrift'], undefined],
    [{ lockTimeoutSeconds: -1 }, ['lockTimeoutSeconds'], undefined],
    [{ lockTimeoutSeconds: 1.5 }, ['lockTimeoutSeconds'], undefined],
  ])('are refused: %j', (settings, path, advice) => {
    const [found, ...others] = checkStackSettings(settings);

    expect(others).toEqual([]);
    expect(found).toMatchObject({ severity: 'error', path });
    expect(found?.advice).toBe(advice);
  });
});
