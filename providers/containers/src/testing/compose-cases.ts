/**
 * Projects that `docker compose` was asked about: what it makes of them is recorded beside this file, by
 * `record-compose.ts`.
 */

export interface ComposeCase {
  readonly files: Readonly<Record<string, string>>;
  /** Laid over each other. `compose.yaml` if absent. */
  readonly paths?: readonly string[];
  readonly profiles?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

const image = 'image: localhost/testbed/web:1';
const dollar = '$';

const one = (members: string, rest = ''): ComposeCase => ({
  files: {
    'compose.yaml': `name: shop\nservices:\n  web:\n    ${image}\n${members.replaceAll(/^/gm, '    ')}\n${rest}`,
  },
});

export const composeCases: Readonly<Record<string, ComposeCase>> = {
  'variables in all forms': {
    files: {
      'compose.yaml': `name: shop
services:
  web:
    ${image}
    environment:
      PLAIN: ${dollar}GIVEN
      BRACED: a-${dollar}{GIVEN}-b
      DEFAULT: ${dollar}{NONE:-fallback}
      EMPTY_DEFAULT: ${dollar}{EMPTY:-fallback}
      UNSET_DEFAULT: ${dollar}{EMPTY-fallback}
      ALTERNATIVE: ${dollar}{GIVEN:+yes}
      NO_ALTERNATIVE: ${dollar}{NONE:+yes}
      EMPTY_ALTERNATIVE: ${dollar}{EMPTY+yes}
      NESTED: ${dollar}{NONE:-${dollar}{ALSO_NONE:-${dollar}GIVEN}}
      DOLLAR: a${dollar}${dollar}b
      REQUIRED: ${dollar}{GIVEN:?has to be there}
      FROM_FILE: ${dollar}{FILED}
`,
      '.env': 'FILED="of the file"\nGIVEN=of-the-file\n',
    },
    variables: { GIVEN: 'given', EMPTY: '' },
  },
  'files of variables': {
    files: {
      'compose.yaml': `name: shop
services:
  web:
    ${image}
    env_file:
      - a.env
      - { path: b.env, required: true }
      - { path: none.env, required: false }
    environment: { OVER: here, PASSED: }
`,
      'a.env': `# a remark
A=1
export B='two words'
C="with \\"quotes\\" and\\tescapes"
D=bare # a remark
E=
OVER=there
F=${dollar}{A}-x
G='${dollar}{A}'
`,
      'b.env': 'A=2\nH=h\n',
    },
    variables: { PASSED: 'through' },
  },
  'a file over another': {
    files: {
      'compose.yaml': `name: shop
services:
  web:
    ${image}
    command: [one, two]
    entrypoint: /bin/sh -c
    environment: { A: "1", B: "1" }
    labels: [a=1, b=1]
    ports: ["8080:80", "127.0.0.1:9090:90/udp"]
    volumes: ["/a:/data", "/b:/b:ro"]
    dns: [1.1.1.1]
    cap_add: [NET_ADMIN]
    extra_hosts: ["db:10.0.0.1"]
    healthcheck: { test: [CMD, "true"], interval: 10s }
    logging: { driver: json-file, options: { max-size: 1m } }
    ulimits: { nofile: 10, nproc: { soft: 1, hard: 2 } }
    depends_on: [db]
  db: { ${image} }
  cache: { ${image} }
`,
      'over.yaml': `services:
  web:
    command: [three]
    environment: [B=2, C=3]
    labels: { b: "2" }
    ports: ["8081:81"]
    volumes: ["/c:/data", "/d:/d"]
    dns: [8.8.8.8]
    cap_add: [SYS_TIME]
    extra_hosts: ["cache:10.0.0.2"]
    healthcheck: { retries: 5 }
    logging: { options: { max-file: "3" } }
    ulimits: { nofile: 20 }
    depends_on: { cache: { condition: service_healthy } }
`,
    },
    paths: ['compose.yaml', 'over.yaml'],
  },
  'reset and override': {
    files: {
      'compose.yaml': `name: shop
services:
  web:
    ${image}
    ports: ["8080:80"]
    environment: { A: "1", B: "1" }
    command: [one]
    volumes: ["/a:/a"]
    dns: [1.1.1.1]
  old: { ${image} }
`,
      'over.yaml': `services:
  web:
    ports: !reset []
    environment: !override { X: "1" }
    command: !reset null
    volumes: !override ["/b:/b"]
    dns: !reset
  old: !reset null
`,
    },
    paths: ['compose.yaml', 'over.yaml'],
  },
  'services that extend others': {
    files: {
      'compose.yaml': `name: shop
services:
  web:
    extends: { file: base/compose.yaml, service: app }
    environment: { B: "2" }
    ports: ["8081:81"]
  worker:
    extends: web
    command: work
`,
      'base/compose.yaml': `services:
  app:
    extends: deep
    ${image}
    env_file: app.env
    ports: ["8080:80"]
    volumes: ["./conf:/etc/app:ro"]
  deep:
    ${image}
    environment: { A: "1", B: "1" }
    cap_drop: [ALL]
`,
      'base/app.env': 'FROM_FILE=yes\n',
      'base/conf/a.conf': 'a',
    },
  },
  'projects that are included': {
    files: {
      'compose.yaml': `name: shop
include:
  - db/compose.yaml
  - { path: [cache/compose.yaml, cache/over.yaml], project_directory: cache, env_file: cache/own.env }
services:
  web: { ${image}, depends_on: [db, cache] }
`,
      'db/compose.yaml': `services:
  db: { ${image}, environment: { TAG: "${dollar}{TAG}" }, volumes: ["data:/data"] }
volumes: { data: {} }
`,
      'db/.env': 'TAG=16\n',
      'cache/compose.yaml': `services:\n  cache: { ${image}, environment: { SIZE: "${dollar}{SIZE}" } }\n`,
      'cache/over.yaml': 'services:\n  cache: { environment: { MORE: "1" } }\n',
      'cache/own.env': 'SIZE=5\n',
    },
  },
  'profiles that are active': {
    files: {
      'compose.yaml': `name: shop
services:
  web: { ${image} }
  debug: { ${image}, profiles: [dev, test] }
  seed: { ${image}, profiles: [seed] }
`,
    },
    profiles: ['dev'],
  },
  'anchors and merges': {
    files: {
      'compose.yaml': `name: shop
x-environment: &environment { A: "1", B: "1" }
x-service: &service
  ${image}
  restart: unless-stopped
services:
  web:
    <<: *service
    environment: { <<: *environment, B: "2" }
  worker:
    <<: [*service, { user: nobody }]
`,
    },
  },
  'ports in all forms': one(`ports:
  - "80"
  - "8080:80"
  - "127.0.0.1:8081:81"
  - "8090-8092:90-92"
  - "53:53/udp"
  - "[::1]:8443:443"
  - { target: 443, published: "9443", host_ip: 10.0.0.1, protocol: tcp }
  - { target: 70, published: 7070 }
expose: ["3000", 4000]`),
  'mounts in all forms': {
    files: {
      'compose.yaml': `name: shop
services:
  web:
    ${image}
    volumes:
      - data:/data
      - /srv:/srv:ro
      - ./conf:/etc/app
      - { type: volume, source: data, target: /more, read_only: true, volume: { nocopy: true } }
      - { type: tmpfs, target: /tmp/x, tmpfs: { size: 1m, mode: 0755 } }
      - { type: bind, source: /opt, target: /opt, bind: { propagation: rslave } }
    tmpfs: [/run, "/cache:size=1m"]
volumes:
  data: { driver: local, driver_opts: { type: none }, labels: { a: b } }
`,
      'conf/a.conf': 'a',
    },
  },
  'commands and entry points': {
    files: {
      'compose.yaml': `name: shop
services:
  a: { ${image}, command: run "a b" 'c d' e\\ f }
  b: { ${image}, command: [run, "a b"], entrypoint: ["/bin/sh", "-c"] }
  c: { ${image}, command: [] }
  d: { ${image}, entrypoint: [] }
  e: { ${image}, command: "" }
`,
    },
  },
  'checks of health': {
    files: {
      'compose.yaml': `name: shop
services:
  a: { ${image}, healthcheck: { test: curl -f http://localhost, interval: 1m30s, timeout: 10s, retries: 3, start_period: 40s, start_interval: 5s } }
  b: { ${image}, healthcheck: { test: [CMD, "true"] } }
  c: { ${image}, healthcheck: { test: [CMD-SHELL, "exit 0"], interval: 500ms } }
  d: { ${image}, healthcheck: { disable: true } }
  e: { ${image}, healthcheck: { test: [NONE] } }
`,
    },
  },
  'what waits for what': {
    files: {
      'compose.yaml': `name: shop
services:
  web:
    ${image}
    depends_on:
      db: { condition: service_healthy, restart: true }
      cache: { condition: service_started }
      init: { condition: service_completed_successfully }
      gone: { condition: service_started, required: false }
  db: { ${image} }
  cache: { ${image} }
  init: { ${image}, restart: "no" }
  gone: { ${image}, profiles: [never] }
`,
    },
  },
  'limits in both places': {
    files: {
      'compose.yaml': `name: shop
services:
  a: { ${image}, mem_limit: 64m, mem_reservation: 32mb, memswap_limit: 1g, cpus: 0.5, pids_limit: 10, shm_size: 128m }
  b:
    ${image}
    deploy:
      replicas: 2
      resources:
        limits: { cpus: "0.25", memory: 50M, pids: 5 }
        reservations: { memory: 20M }
      restart_policy: { condition: on-failure, max_attempts: 3 }
      update_config: { order: start-first }
  c: { ${image}, scale: 3, cpuset: 0-1, cpu_shares: 100, oom_score_adj: 5 }
`,
    },
  },
  'networks with all that belongs to them': {
    files: {
      'compose.yaml': `name: shop
services:
  web:
    ${image}
    networks:
      front:
      back: { aliases: [db, store], ipv4_address: 10.20.0.5, priority: 5 }
  alone: { ${image}, network_mode: none }
  host: { ${image}, network_mode: host }
  beside: { ${image}, network_mode: "service:web" }
  usual: { ${image} }
networks:
  front: { internal: true, labels: [a=b] }
  back:
    driver: bridge
    attachable: true
    ipam: { driver: default, config: [{ subnet: 10.20.0.0/16, gateway: 10.20.0.1, ip_range: 10.20.5.0/24 }] }
    driver_opts: { mtu: 1400 }
  default: { name: of-my-own }
`,
    },
  },
  'configs and secrets': {
    files: {
      'compose.yaml': `name: shop
services:
  web:
    ${image}
    configs:
      - app
      - { source: inline, target: /etc/inline, mode: 0440, uid: "103", gid: "103" }
    secrets:
      - key
      - { source: token, target: other }
configs:
  app: { file: app.conf }
  inline: { content: "a=${dollar}{GIVEN}" }
secrets:
  key: { file: ./key.txt }
  token: { environment: TOKEN }
`,
      'app.conf': 'app',
      'key.txt': 'key',
    },
    variables: { GIVEN: 'given', TOKEN: 'token' },
  },
  'many single members': one(`container_name: own
hostname: web-1
domainname: example.com
user: "1000:1000"
working_dir: /app
init: true
privileged: true
read_only: true
tty: true
stdin_open: true
restart: on-failure:3
stop_signal: SIGINT
stop_grace_period: 1m30s
ipc: shareable
pid: host
platform: linux/amd64
cap_add: [NET_ADMIN]
cap_drop: [ALL]
devices: ["/dev/null:/dev/zero:rw"]
dns: 1.1.1.1
dns_opt: [use-vc]
dns_search: example.com
group_add: [mail, "5"]
security_opt: ["label=disable"]
sysctls: { net.core.somaxconn: 1024 }
annotations: { a: b }
extra_hosts: ["db=10.0.0.1", "cache:10.0.0.2"]
logging: { driver: syslog, options: { tag: x } }
oom_kill_disable: true`),
  'hooks of containers': one(`post_start:
  - { command: [warm, up], user: root, privileged: true }
pre_stop:
  - { command: drain all, environment: [A=1], working_dir: /x }`),
  'what is said twice': one(`cap_add: [A, B, A]
dns: [1.1.1.1, 8.8.8.8, 1.1.1.1]
expose: ["6000-6002", "6001"]
ports: ["8080:80", { target: 80, published: 8080 }]
volumes: ["/a:/same", "/b:/same"]
devices: ["/dev/null:/dev/y", "/dev/zero:/dev/y"]
extra_hosts: ["a:1.2.3.4", "a:5.6.7.8,9.9.9.9", "six=[::1]"]
healthcheck: { test: x, interval: 1d, timeout: 100us }`),
  'logs of another driver': {
    files: {
      'compose.yaml': `name: shop
services:
  web:
    ${image}
    logging: { driver: json-file, options: { max-size: 1m } }
    ulimits: { nproc: { soft: 1, hard: 2 } }
    extra_hosts: ["a:1.2.3.4"]
`,
      'over.yaml': `services:
  web:
    logging: { driver: syslog, options: { tag: x } }
    ulimits: { nproc: { soft: 3, hard: 4 } }
    extra_hosts: ["a:5.6.7.8"]
`,
    },
    paths: ['compose.yaml', 'over.yaml'],
  },
  'words that other YAML takes for booleans': one(
    'environment: { A: yes, B: "no", C: true, D: 1.50, E: 0x1F, F: 010, G: 1e3, H: null, I: ~ }\nlabels: { on: off }',
  ),
};
