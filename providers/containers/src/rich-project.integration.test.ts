import { isEnd, type Outcome } from '@trueup/provider-sdk';
import { createMemoryFiles } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import { openRealEngine } from './testing/real-engine.ts';

const address = process.env['TRUEUP_ENGINE'];

/** As much as one engine bears at once. What it answers is never what it was sent. */
const compose = (project: string): string => `
name: ${project}
services:
  web:
    image: localhost/testbed/web:1
    stop_grace_period: 0s
    stop_signal: SIGINT
    hostname: web
    environment: { A: "1", PATH: /bin }
    labels: { tier: front }
    networks: { front: { aliases: [www] }, back: { priority: 5 } }
    volumes: ["data:/data", { type: tmpfs, target: /scratch, tmpfs: { size: 1m } }]
    tmpfs: ["/cache:size=1m"]
    expose: ["6000-6001"]
    ports: ["80"]
    ulimits: { nofile: { soft: 512, hard: 1024 }, nproc: 1024 }
    devices: ["/dev/null:/dev/nothing"]
    cap_drop: [ALL]
    cap_add: [NET_BIND_SERVICE]
    extra_hosts: ["db:10.0.0.1", "db:10.0.0.2", "six=[::1]"]
    dns: [10.0.0.53]
    sysctls: { net.ipv4.ip_unprivileged_port_start: 0 }
    group_add: ["5"]
    mem_limit: 64m
    cpus: 0.5
    pids_limit: 50
    shm_size: 8m
    restart: on-failure:3
    logging: { driver: json-file, options: { max-size: 1m } }
    healthcheck: { disable: true }
    init: true
    configs: [{ source: app, target: /etc/app/own, mode: 0440 }]
    secrets: [key]
    post_start: [{ command: [/bin/busybox, touch, /data/began] }]
  beside:
    image: localhost/testbed/web:1
    network_mode: "service:web"
    environment: { PORT: "8099" }
    healthcheck: { disable: true }
    stop_grace_period: 0s
    depends_on: [web]
networks: { front: { labels: { a: b } }, back: { internal: true } }
volumes: { data: { labels: { c: d } } }
configs: { app: { content: hello } }
secrets: { key: { content: hunter2-and-more } }
`;

describe.runIf(address)('on a real engine', () => {
  it('a project with nearly everything is right once it was applied', async () => {
    const engine = openRealEngine(address ?? '');
    const { project } = engine;
    const provider = engine.open();
    const call = { signal: new AbortController().signal, seal: () => 'sealed' };
    const target = { name: 'edge', settings: { hosts: { 'edge-1': address ?? '' } } };
    const stack = { name: 'a/b', path: '', settings: {}, owner: `o${project}`, formerOwners: [] };
    const files = createMemoryFiles({ 'compose.yaml': compose(project) });
    let prepared = await provider.prepare(files, { stack, target, inputs: {} }, call);
    const ids = prepared.resources.map(({ id }) => id);
    const planAgain = async () => {
      const observed = await provider.observe(target, { ids }, call);
      const asked = { stack, prepared, observed, inventory: ids, foreign: 'ignore' } as const;
      return (await provider.plan(target, asked, call)).changes;
    };
    const applyAll = async () => {
      const ends: Outcome[] = [];
      for (const id of ids.toSorted((a, b) => orderOf(a) - orderOf(b))) {
        const changes = (await planAgain()).filter((one) => one.id === id);
        const stream = provider.apply(target, { stack, changes, prepared }, call);
        for await (const one of stream) if (isEnd(one)) ends.push(one);
      }
      return ends;
    };
    try {
      expect(prepared.diagnostics).toEqual([]);
      expect(await applyAll()).toMatchObject(ids.map(() => ({ kind: 'done' })));
      expect((await planAgain()).filter(({ action }) => action !== 'none')).toEqual([]);

      // Another container lives in the network of this one.
      files.set('compose.yaml', compose(project).replace('A: "1"', 'A: "2"'));
      prepared = await provider.prepare(files, { stack, target, inputs: {} }, call);

      expect(await applyAll()).toMatchObject(ids.map(() => ({ kind: 'done' })));
      expect((await planAgain()).filter(({ action }) => action !== 'none')).toEqual([]);
    } finally {
      await provider.close();
      await engine.close();
    }
  });
});

function orderOf(id: string): number {
  if (!id.startsWith('Service/')) return 0;
  return id.endsWith('.beside') ? 2 : 1;
}
