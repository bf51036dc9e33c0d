import { describe, expect, it } from 'vitest';

import { parseSettings } from '../schema.ts';
import { composeArguments } from './compose-arguments.ts';

describe('composeArguments', () => {
  it('names everything that decides the output', () => {
    const settings = parseSettings({
      set: { 'a.b': 5, c: true, d: null, e: 'x,y=z', f: '{1,2}', g: '-h' },
      setJson: { j: { k: ['x,y', 12345678901234567890n, null] } },
      setString: { a: '5', b: 'x\\,y', c: '{x}' },
      apiVersions: ['b/v1'],
      includeCRDs: false,
    });

    const line = composeArguments({
      settings,
      releaseName: 'r',
      namespace: 'n',
      kubernetesVersion: 'v1.35.4+k3s1',
      apiVersions: ['v1', 'a/v1', 'v1'],
      chart: '/p/chart',
      valueFiles: ['/p/0.yaml', '/p/a,"b.yaml'],
      contentFiles: [['x', '/p/c']],
    });

    expect(line).toEqual([
      ...['template', 'r', '/p/chart', '--namespace=n', '--kube-version=v1.35.4+k3s1'],
      ...['--api-versions=a/v1,b/v1,v1', '--skip-crds', '--skip-tests'],
      ...['--values=/p/0.yaml', '--values="/p/a,""b.yaml"'],
      '--set-json=j={"k":["x,y",12345678901234567890,null]}',
      ...['--set=a.b=5', '--set=c=true', '--set=d=null', '--set=e=x\\,y=z', '--set=f={1,2}'],
      ...['--set=g=-h', '--set-string=a=5', '--set-string=b=x\\\\\\,y', '--set-string=c=\\{x}'],
      '--set-file=x=/p/c',
    ]);
  });

  it('leaves out what is not known', () => {
    const line = composeArguments({
      settings: parseSettings(undefined),
      releaseName: 'r',
      namespace: 'n',
      kubernetesVersion: '',
      apiVersions: [],
      chart: '/p/chart',
      valueFiles: [],
      contentFiles: [],
    });

    expect(line).toEqual([
      'template',
      'r',
      '/p/chart',
      '--namespace=n',
      '--include-crds',
      '--skip-tests',
    ]);
  });
});
