import { TransientError } from '@trueup/diagnostics';
import type { ProgramEnd } from '@trueup/programs';
import { describe, expect, it } from 'vitest';

import { collectSecretValues } from './sources/collect-secret-values.ts';
import { type FailedBuild, translateFailure } from './translate-errors.ts';

const text = 'resources: [../base]\nnamePrefix: a\nfoo: 1\nnamespace: n\n';

describe('what Kustomize says', () => {
  it.each([
    [
      'invalid Kustomization: json: unknown field "foo"',
      'FIELD 3 `foo` is no field of a kustomization',
    ],
    [
      'invalid Kustomization: json: cannot unmarshal bool into Go struct field Kustomization.namespace of type string',
      'FIELD 4 `namespace` is a bool where a string should be',
    ],
    [
      'no resource matches strategic merge patch "Secret.v1.[noGrp]/hunter2.[noNs]": no matches for Id Secret.v1.[noGrp]/hunter2.[noNs]; failed to find',
      'PATCH 1 a patch is meant for `Secret.v1.[noGrp]/***.[noNs]`, which is no resource here',
    ],
    [
      "accumulating resources: accumulation err='merging resources from 'b.yaml': may not add resource with an already registered id: Secret.v1.[noGrp]/x.[noNs]': must build at directory",
      'TWICE 1 the resource `Secret.v1.[noGrp]/x.[noNs]` is there twice',
    ],
    [
      "accumulating resources: accumulation err='accumulating resources from 's.yaml': missing metadata.name in object {{ Secret} {{ } map[password:hunter2] map[]}}': must build",
      'NAME 1 a resource has no `metadata.name`',
    ],
    [
      'loading KV pairs: literal sources [hunter2]: invalid literal source hunter2, expected key=value',
      'GENERATOR 1 a literal of a generator is not written `key=value`',
    ],
    [
      'fieldPath `spec.x` is missing for replacement source Service.[noVer].[noGrp]/web.[noNs]',
      'REPLACEMENT 1 the source of a replacement has no field `spec.x`',
    ],
    [
      "external plugins disabled; unable to load external plugin 'Any'",
      'PLUGIN 1 the plug-in `Any` is a program, which is not run',
    ],
    [
      'trouble configuring builtin HelmChartInflationGenerator with config: `name: hunter2`: must specify --enable-helm',
      'HELM 1 charts are not rendered from within a kustomization',
    ],
    [
      'something new: map "hunter3" {secret: hunter3} [hunter3] near hunter2\nat the end',
      'FAILED 1 the build failed: something new: map … … … near *** at the end',
    ],
    [
      'trouble with config: `\npatch: hunter3\ntarget:\n  kind: hunter3\n`: something new',
      'FAILED 1 the build failed: trouble with config: …: something new',
    ],
    ['something "new', 'FAILED 1 the build failed: something …'],
    [
      'trouble configuring builtin PatchTransformer with config: `\npatch: \'a: [hunter3\'\n`: unable to parse SM or JSON patch from [patch: "a: [hunter3"]',
      'PATCH 1 a patch is neither a part of a resource nor a list of JSON operations',
    ],
    [
      'replace operation does not apply: doc is missing path: /spec/paused: missing value',
      'PATCH 1 a patch would replace `/spec/paused`, which the resource does not have',
    ],
    [
      'add operation does not apply: doc is missing path: "/spec/a/b": missing value',
      'PATCH 1 a patch would add `/spec/a/b`, which the resource does not have',
    ],
    [
      'testing value /spec/a failed: test failed',
      'PATCH 1 a patch expects another value of `/spec/a`',
    ],
    [
      'resource with name x does not match a config with the following GVK [Deployment.[noVer].[noGrp]]',
      'REPLICAS 1 `replicas` is meant for `x`, which is no resource here',
    ],
    [
      'merging from generator &{0x28 <nil>}: id resid.ResId{Gvk:resid.Gvk{Group:"", Version:"v1", Kind:"ConfigMap", isClusterScoped:false}, Name:"a", Namespace:""} does not exist; cannot merge or replace',
      'GENERATOR 1 the generator `a` changes something that is not there',
    ],
    [
      'unable to find field "spec.x.y" in replacement target',
      'REPLACEMENT 1 the target of a replacement has no field `spec.x.y`',
    ],
    [
      'error parsing regexp: missing closing ]: `[)$`',
      'FIELD 1 a name or label that is selected by is no regular expression',
    ],
    [
      'Failed to read kustomization file under s:\nkind should be Kustomization or Component\n',
      'FIELD 1 its `kind` or `apiVersion` is none of a kustomization',
    ],
    ['', 'FAILED 1 the build failed: '],
  ])('as `%s` is told anew', (message, expected) => {
    const stderr = `# Warning: 'bases' is deprecated, hunter2\nError: ${message}\n`;

    const { code, origin, summary } = translateFailure(failed({ stderr }));

    const what = summary.slice('a/kustomization.yaml: '.length);
    expect(`${code.replace('RENDER_KUSTOMIZE_', '')} ${origin?.line} ${what}`).toBe(expected);
  });

  it.each<[ProgramEnd, string]>([
    [{ kind: 'timed-out' }, 'RENDER_KUSTOMIZE_TOO_LONG'],
    [{ kind: 'output-too-long', stream: 'stdout' }, 'RENDER_KUSTOMIZE_TOO_MUCH'],
  ])('may be cut off by %j', (end, code) => {
    expect(translateFailure(failed({ end })).code).toBe(code);
  });

  it('may end because somebody else killed it', () => {
    const end: ProgramEnd = { kind: 'killed', signal: 'SIGKILL' };

    expect(() => translateFailure(failed({ end }))).toThrow(TransientError);
  });
});

describe('collectSecretValues', () => {
  it('finds what becomes a Secret, in each of its forms', () => {
    const generator = { name: 'a', literals: ['k=literal'], envs: ['.env'], files: ['x=key.pem'] };
    const files = {
      'a/s.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: "line 1\\nline 2"}\ndata: {b: aHVudGVyMg==}\n',
      'a/c.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Secret}\ndata: {a: shown}\n',
      'a/.env': 'TOKEN=fromenv\n',
      'a/key.pem': 'pem line\n',
    };

    const values = collectSecretValues({
      files: new Map(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)])),
      kustomizations: [
        {
          file: 'a/kustomization.yaml',
          folder: 'a',
          text: '',
          value: { secretGenerator: [generator] },
        },
      ],
      diagnostics: [],
      remotes: [],
    });

    expect(values).toEqual(
      expect.arrayContaining([
        'literal',
        'fromenv',
        'pem line',
        'line 1',
        'line 2',
        'hunter2',
        'aHVudGVyMg==',
      ]),
    );
    expect(values).toContain(Buffer.from('literal').toString('base64'));
    expect(values).not.toContain('shown');
  });
});

function failed(other: Partial<FailedBuild>): FailedBuild {
  const file = 'a/kustomization.yaml';
  return {
    end: { kind: 'exited', exitCode: 1 },
    stderr: '',
    kustomizations: [{ file, folder: 'a', text, value: {} }],
    secretValues: ['hunter2'],
    ...other,
  };
}
