import type { Diagnostic, JsonObject } from '@trueup/diagnostics';
import { createMemoryFiles } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import { loadProject } from './load-project.ts';
import { type ProjectModel, readProject } from './read-project.ts';
import { Remarks } from './tree.ts';

interface Read {
  readonly project: ProjectModel;
  readonly diagnostics: readonly Diagnostic[];
  readonly spec: (name: string) => JsonObject;
}

async function read(
  texts: Readonly<Record<string, string>>,
  { paths = ['compose.yaml'], profiles = [] as readonly string[] } = {},
): Promise<Read> {
  const remarks = new Remarks();
  const files = createMemoryFiles(texts);
  const request = { files, paths, envFiles: [], lookup: () => undefined, remarks };
  const project = readProject(await loadProject(request), { name: 'shop', profiles, remarks });
  const spec = (name: string): JsonObject =>
    project.services.find((service) => service.name === name)?.spec ?? {};
  return { project, diagnostics: remarks.all, spec };
}

const one = (members: string): Readonly<Record<string, string>> => ({
  'compose.yaml': `services:\n  web:\n    image: a\n${members.replaceAll(/^/gm, '    ')}\n`,
});

describe('short and long forms mean the same', () => {
  it.each<[string, string, string]>([
    [
      'ports',
      'ports: ["127.0.0.1:8080:80/udp"]',
      'ports: [{ target: 80, published: "8080", host_ip: 127.0.0.1, protocol: udp }]',
    ],
    [
      'ranges',
      'ports: ["8000-8001:80-81"]',
      'ports: [{ target: 80, published: "8000" }, { target: 81, published: "8001" }]',
    ],
    [
      'mounts',
      'volumes: ["/a:/b:ro"]',
      'volumes: [{ type: bind, source: /a, target: /b, read_only: true }]',
    ],
    ['variables', 'environment: [A=1, "B=x=y"]', 'environment: { A: 1, B: x=y }'],
    ['labels', 'labels: [a=b]', 'labels: { a: b }'],
    ['hosts', 'extra_hosts: ["db=::1"]', 'extra_hosts: { db: "::1" }'],
    ['commands', `command: run "a b" 'c d'`, 'command: [run, a b, c d]'],
    ['checks', 'healthcheck: { test: true }', 'healthcheck: { test: [CMD-SHELL, "true"] }'],
    [
      'limits',
      'mem_limit: 64m\ncpus: 0.5',
      'deploy: { resources: { limits: { memory: 64m, cpus: "0.5" } } }',
    ],
    [
      'restarts',
      'restart: on-failure:3',
      'deploy: { restart_policy: { condition: on-failure, max_attempts: 3 } }',
    ],
    ['devices', 'devices: [/dev/a:/dev/b]', 'devices: [{ source: /dev/a, target: /dev/b }]'],
    [
      'flags of mounts',
      'volumes: ["/a:/a:rshared,ro"]',
      'volumes: [{ type: bind, source: /a, target: /a, read_only: true, bind: { propagation: rshared } }]',
    ],
    ['ulimits', 'ulimits: { nofile: 5 }', 'ulimits: { nofile: { soft: 5, hard: 5 } }'],
    ['times', 'stop_grace_period: 1m30s', 'stop_grace_period: 90s'],
    [
      'words that other YAML takes for booleans',
      'environment: { A: yes }',
      'environment: { A: "yes" }',
    ],
  ])('%s', async (_name, short, long) => {
    const [a, b] = [await read(one(short)), await read(one(long))];

    expect([...a.diagnostics, ...b.diagnostics]).toEqual([]);
    expect(a.spec('web')).toEqual(b.spec('web'));
    expect(Object.keys(a.spec('web'))).not.toEqual([]);
  });
});

describe('several files', () => {
  const base = `
services:
  web:
    image: a:1
    command: [one]
    environment: { A: "1", B: "1" }
    ports: ["8080:80"]
    volumes: ["/a:/data", "/b:/b"]
    dns: [1.1.1.1]
  old: { image: a }
`;

  it('are laid over each other', async () => {
    const over = `
services:
  web:
    image: a:2
    command: [two]
    environment: [B=2, C=3]
    ports: ["8080:80", "9090:90"]
    volumes: ["/c:/data"]
    dns: [8.8.8.8]
`;
    const { spec, project } = await read(
      { 'compose.yaml': base, 'over.yaml': over },
      { paths: ['compose.yaml', 'over.yaml'] },
    );

    expect(project.services.map(({ name }) => name)).toEqual(['web', 'old']);
    expect(project.services[0]?.image).toBe('a:2');
    expect(spec('web')).toMatchObject({
      command: ['two'],
      environment: { A: '1', B: '2', C: '3' },
      dns: ['1.1.1.1', '8.8.8.8'],
      volumes: [{ source: '/c', target: '/data' }, { source: '/b' }],
    });
    expect(spec('web')['ports']).toHaveLength(2);
  });

  it('reset and override', async () => {
    const over = `
services:
  web: { ports: !reset [], environment: !override { X: "1" }, command: !reset null }
  old: !reset null
`;
    const { spec, project, diagnostics } = await read(
      { 'compose.yaml': base, 'over.yaml': over },
      { paths: ['compose.yaml', 'over.yaml'] },
    );

    expect(diagnostics).toEqual([]);
    expect(project.services.map(({ name }) => name)).toEqual(['web']);
    expect(spec('web')).toMatchObject({ environment: { X: '1' } });
    expect(Object.keys(spec('web'))).not.toContain('ports');
    expect(Object.keys(spec('web'))).not.toContain('command');
  });

  it('extend services of other files, whose paths stay theirs', async () => {
    const { project, spec } = await read({
      'compose.yaml':
        'services: { web: { extends: { file: base/compose.yaml, service: app }, environment: { B: "2" } } }',
      'base/compose.yaml':
        'services: { app: { extends: deep, image: a, env_file: app.env }, deep: { environment: { A: "1" }, image: b } }',
    });

    expect(project.services[0]).toMatchObject({ image: 'a', envFiles: [{ path: 'base/app.env' }] });
    expect(spec('web')['environment']).toEqual({ A: '1', B: '2' });
  });

  it('include projects with variables of their own', async () => {
    const { project, diagnostics } = await read({
      'compose.yaml':
        'include: [db/compose.yaml]\nservices: { web: { image: a, depends_on: [db] } }',
      'db/compose.yaml':
        'services: { db: { image: "db:$' +
        '{TAG}", volumes: ["data:/d"] } }\nvolumes: { data: {} }',
      'db/.env': 'TAG=16\n',
    });

    expect(diagnostics).toEqual([]);
    expect(project.services.map(({ image }) => image)).toEqual(['a', 'db:16']);
    expect(project.volumes).toMatchObject([{ name: 'shop_data' }]);
  });

  it('are found by profiles', async () => {
    const texts = {
      'compose.yaml': 'services: { web: { image: a }, debug: { image: a, profiles: [dev] } }',
    };

    expect((await read(texts)).project.services).toHaveLength(1);
    expect((await read(texts, { profiles: ['dev'] })).project.services).toHaveLength(2);
  });

  it('merge by `<<`, anchors and extension members', async () => {
    const text =
      'x-env: &env { A: "1", B: "1" }\nservices: { web: { image: a, environment: { <<: *env, B: "2" } } }';

    expect((await read({ 'compose.yaml': text })).spec('web')['environment']).toEqual({
      A: '1',
      B: '2',
    });
  });
});

describe('what is wrong is told all at once, with its line', () => {
  it.each<[string, string, string, number]>([
    ['an unknown member', 'enviroment: {}', 'COMPOSE_KEY_UNKNOWN', 4],
    ['what we do not bring about', 'links: [db]', 'COMPOSE_UNSUPPORTED', 4],
    ['a port that is none', 'ports:\n  - "x:y"', 'COMPOSE_VALUE_INVALID', 5],
    ['a size that is none', 'mem_limit: lots', 'COMPOSE_VALUE_INVALID', 4],
    ['a path out of the repository', 'env_file: ../../etc/passwd', 'COMPOSE_VALUE_INVALID', 4],
    [
      'a service that is not there',
      'depends_on:\n  db:\n    condition: service_started',
      'COMPOSE_REFERENCE_UNKNOWN',
      5,
    ],
    ['a volume that is not declared', 'volumes: ["data:/data"]', 'COMPOSE_REFERENCE_UNKNOWN', 4],
    ['a member that stands twice', 'user: a\nuser: b', 'COMPOSE_KEY_DOUBLED', 5],
    ['a flag of a mount', 'volumes:\n  - /a:/a:ro,z', 'COMPOSE_UNSUPPORTED', 5],
    [
      'a member of a mount',
      'volumes: [{ type: bind, source: /a, target: /a, bind: { selinux: z } }]',
      'COMPOSE_UNSUPPORTED',
      4,
    ],
    [
      'a member of a network',
      'networks: { default: { mac_address: x } }',
      'COMPOSE_UNSUPPORTED',
      4,
    ],
    [
      'devices that are reserved',
      'deploy:\n  resources:\n    reservations:\n      devices: []',
      'COMPOSE_UNSUPPORTED',
      7,
    ],
    ['a slip in a port', 'ports: [{ target: 80, publishd: 80 }]', 'COMPOSE_UNSUPPORTED', 4],
    ['no YAML', 'user: [', 'COMPOSE_FILE_INVALID', 5],
  ])('%s', async (_name, members, code, line) => {
    const { diagnostics } = await read(one(members));

    expect(diagnostics.filter(({ severity }) => severity === 'error')[0]).toMatchObject({
      code,
      origin: { file: 'compose.yaml', line: line },
    });
  });

  it('advises the name that may be meant', async () => {
    const { diagnostics } = await read(one('enviroment: {}'));

    expect(diagnostics).toMatchObject([
      { advice: 'Did you mean `environment`?', origin: { line: 4, column: 5 } },
    ]);
  });

  it('circles of extends, include and depends_on', async () => {
    const { diagnostics } = await read({
      'compose.yaml': `
include: [compose.yaml]
services:
  a: { image: x, extends: b, depends_on: [c] }
  b: { image: x, extends: a }
  c: { image: x, depends_on: [a] }
`,
    });

    const codes = new Set(diagnostics.map(({ code }) => code));
    expect([...codes].sort()).toEqual([
      'COMPOSE_DEPENDENCY_CIRCLE',
      'COMPOSE_EXTENDS_CIRCLE',
      'COMPOSE_INCLUDE_CIRCLE',
    ]);
  });

  it('hostile names and bombs of aliases', async () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x, x]',
      ...'bcdefgh'
        .split('')
        .map(
          (name, index) =>
            `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[index]}`).join(', ')}]`,
        ),
    ].join('\n');
    const { diagnostics } = await read({ 'compose.yaml': bomb });
    expect(diagnostics.map(({ code }) => code)).toContain('COMPOSE_FILE_INVALID');

    const { diagnostics: more } = await read({
      'compose.yaml': 'services: { __proto__: { image: a }, constructor: { image: a } }',
    });
    expect(more).toEqual([]);
  });
});
