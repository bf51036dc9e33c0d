import { describe, expect, it } from 'vitest';

import { findLookup, findRandomFunction, mayVary } from './random-functions.ts';

describe('a template', () => {
  it.each([
    '{{ randAlphaNum 5 }}',
    '{{- $ca := genCA "a" 365 -}}',
    '{{ include "x" . | bcrypt }}',
    'password: "{{ "{{" }} uuidv4 }}"',
    '{{ now | date "2006" }}',
    '{{ range (keys .Values.a) }}x{{ end }}',
    '{{ "}" }} {{ values $map | join "," }}',
    '{{\n  htpasswd\n  "a" "b" }}',
  ])('may vary by `%s`', (text) => {
    expect(mayVary(text)).toBe(true);
  });

  it.each([
    '{{ .Values.keys }}{{ .Values.now }}{{ $values }}{{ .Release.Name }}',
    'values: [a]\nkeys: b\n# set the values now',
    '{{ include "x.values" . }}{{ derivePassword 1 "long" "a" "b" "c" }}',
    '{{ toYaml .Values | nindent 2 }}{{ range $k, $v := .Values.a }}{{ $k }}{{ end }}',
    '',
  ])('does not vary by `%s`', (text) => {
    expect(mayVary(text)).toBe(false);
  });

  it('uses chance in a line, and looks into the target in another', () => {
    const text = 'a: b\nkey: {{ randAlpha 5 }}\n{{- $old := lookup "v1" "Secret" "n" "s" }}\n';

    expect([findRandomFunction(text), findLookup(text)]).toEqual([2, 3]);
    expect([findRandomFunction('a'), findLookup('# lookup "x" in {{ .a }}')]).toEqual([
      undefined,
      undefined,
    ]);
    expect(findLookup('{{ if not (lookup "v1" "Pod" "" "") }}')).toBe(1);
  });
});
