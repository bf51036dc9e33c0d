import { parseFieldPath } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { createFieldLocator, locateField } from './locate-field.ts';
import { readManifests } from './read-manifests.ts';

const text = `# shop
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: &labels {app: web, "on": yes}
spec:
  selector:
    matchLabels: *labels
  template:
    metadata:
      labels:
        tier: front
        <<: *labels
    spec:
      containers:
        - name: web
          image: "shop:1"
          ports:
            - containerPort: 0o120
            - containerPort: 80
              protocol: UDP
        - image: log:2
          name: 'log'
      on: 1
---
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ConfigMap
    metadata: {name: a}
    data: {k: v}
  - apiVersion: v1
    kind: ConfigMap
    metadata: {name: b}
    data:
      k: v
      k: w
`;
const lines = { shop: 3, a: 31, b: 35 };

describe('locateField', () => {
  it('is asked about the lines that readManifests names', () => {
    const { documents } = readManifests(text, { file: 'a.yaml' });

    expect(documents.map(({ origin }) => origin.line)).toEqual(Object.values(lines));
  });

  it.each<[string, number, string, string | undefined]>([
    ['the document', lines.shop, '', '3'],
    ['a member', lines.shop, 'metadata.name', '6:3'],
    ['a member of an alias, at its anchor', lines.shop, 'spec.selector.matchLabels.app', '7:20'],
    ['an alias itself', lines.shop, 'spec.selector.matchLabels', '10:5'],
    ['a quoted key', lines.shop, 'metadata.labels.on', '7:30'],
    ['a key that kubectl reads as true', lines.shop, 'spec.template.spec.true', '26:7'],
    ['what is merged', lines.shop, 'spec.template.metadata.labels.app', '7:20'],
    ['what stands beside a merge', lines.shop, 'spec.template.metadata.labels.tier', '14:9'],
    ['an item', lines.shop, 'spec.template.spec.containers[name=web]', '18:11'],
    ['a member of an item', lines.shop, 'spec.template.spec.containers[name=log].image', '24:11'],
    [
      'an item by several keys',
      lines.shop,
      'spec.template.spec.containers[name=web].ports[containerPort=80,protocol=UDP].protocol',
      '23:15',
    ],
    [
      'an item that leaves a key to its default',
      lines.shop,
      'spec.template.spec.containers[name=web].ports[containerPort=80,protocol=TCP]',
      '21:15',
    ],
    ['an item of a list of objects', lines.a, 'data.k', '34:12'],
    ['the second one, the key that counts', lines.b, 'data.k', '40:7'],
    ['no absent member', lines.shop, 'spec.replicas', undefined],
    ['no absent item', lines.shop, 'spec.template.spec.containers[name=db]', undefined],
    ['nothing below text', lines.shop, 'metadata.name.x', undefined],
    ['no key where a list is', lines.shop, 'spec.template.spec.containers.name', undefined],
    ['nothing that every object inherits', lines.shop, 'metadata.toString', undefined],
    ['nothing above the first document', 1, 'metadata', undefined],
  ])('finds %s', (_name, line, path, expected) => {
    const found = locateField(text, { file: 'a.yaml', line }, parseFieldPath(path) ?? []);

    const column = found?.column === undefined ? '' : `:${found.column}`;
    expect(found && `${found.line}${column}`).toBe(expected);
  });

  it('answers many questions about one text alike', () => {
    const locate = createFieldLocator(text);

    for (const line of [lines.a, lines.shop, lines.b, lines.a]) {
      for (const path of [['kind'], ['metadata', 'name'], ['data', 'k'], ['nope']]) {
        const document = { file: 'a.yaml', line };
        expect(locate(document, path)).toEqual(locateField(text, document, path));
      }
    }
  });

  it('counts items that nothing else names', () => {
    const list = 'resources:\n- a\n- b\n';

    expect(locateField(list, { file: 'k.yaml', line: 1 }, ['resources', 1])).toEqual({
      file: 'k.yaml',
      line: 3,
      column: 3,
    });
    expect(locateField(list, { file: 'k.yaml', line: 1 }, ['resources', 2])).toBeUndefined();
  });

  it('finds nothing in what is no YAML', () => {
    expect(locateField('a: [', { file: 'a.yaml', line: 1 }, ['a'])).toBeUndefined();
    expect(locateField('', { file: 'a.yaml', line: 1 }, [])).toBeUndefined();
  });
});
