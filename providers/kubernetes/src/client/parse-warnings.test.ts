import { describe, expect, it } from 'vitest';

import { parseWarnings } from './parse-warnings.ts';

const quoted = (text: string) => `299 - "${text.replaceAll(/["\\]/g, '\\$&')}"`;
const textsOf = (...texts: readonly string[]) =>
  parseWarnings(texts.map(quoted)).map(({ text }) => text);

describe('warnings of the API server', () => {
  it.each([
    [
      'unknown field "spec.replica"',
      'the cluster does not know the field spec.replica and leaves it out',
    ],
    ['duplicate field "data.a"', 'the field data.a stands there twice, and the last one counts'],
    [
      'policy/v1beta1 PodDisruptionBudget is deprecated in v1.21+, unavailable in v1.25+; use policy/v1 PodDisruptionBudget',
      'policy/v1beta1 PodDisruptionBudget is deprecated in v1.21+, unavailable in v1.25+; use policy/v1 PodDisruptionBudget',
    ],
    ['v1 ComponentStatus is deprecated in v1.19+', 'v1 ComponentStatus is deprecated in v1.19+'],
    [
      'would violate PodSecurity "restricted:latest": host namespaces (hostNetwork=true), hostPath volumes (volume "opensesame")',
      'its pods would violate the pod security level restricted:latest: host namespaces, hostPath volumes',
    ],
    [
      'spec.containers[0].env[1]: hides previous definition of "opensesame", which may be dropped when using apply',
      'spec.containers[0].env[1] hides an earlier one of the same name, which may be lost',
    ],
  ])('are told: %s', (text, told) => {
    expect(textsOf(text)).toEqual([told]);
  });

  it('name the field, up to the first item that is only counted', () => {
    const fields = ['spec.replica', 'spec.containers[0].imge'].map(
      (one) => `unknown field "${one}"`,
    );

    expect(parseWarnings(fields.map(quoted)).map(({ path }) => path)).toEqual([
      ['spec', 'replica'],
      ['spec', 'containers'],
    ]);
  });

  it('of others are counted as one, since they may repeat values', () => {
    const texts = textsOf('password opensesame is weak', 'v1 X is deprecated: opensesame');

    expect(texts).toHaveLength(1);
    expect(texts.join()).not.toContain('opensesame');
  });

  it('may stand in one line, with quotes in them', () => {
    const one = 'duplicate field "data.a"';
    const line = `${quoted(one)}, ${quoted('unknown field "b"')},${quoted(one)}`;

    expect(parseWarnings(line)).toHaveLength(2);
    expect(parseWarnings(undefined)).toEqual([]);
    expect(parseWarnings('nonsense "a"')).toEqual([]);
  });

  it('are not too many', () => {
    const texts = Array.from({ length: 200 }, (_, index) => `unknown field "a${index}"`);

    expect(textsOf(...texts)).toHaveLength(50);
  });
});
