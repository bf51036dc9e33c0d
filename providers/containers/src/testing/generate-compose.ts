/** Compose projects made up from a seed, of what people write and of what they get wrong. */
import type { ComposeCase } from './compose-cases.ts';

type Value = unknown;

const image = 'localhost/testbed/web:1';
const dollar = '$';

/** Ways to write each member of a service. */
const members: Readonly<Record<string, readonly Value[]>> = {
  environment: [
    { A: '1', B: 2, C: true, D: null, E: '' },
    ['A=1', 'B=x=y', 'C', 'E='],
    { A: `${dollar}{GIVEN}`, B: `${dollar}{NONE:-d ${dollar}{GIVEN} e}`, F: `${dollar}${dollar}x` },
    { A: `${dollar}{EMPTY:-x}${dollar}{EMPTY-y}${dollar}{EMPTY:+z}${dollar}{EMPTY+w}`, G: 1.5 },
    {
      H: `${dollar}{GIVEN:?said}`,
      I: `pre${dollar}GIVEN-post`,
      J: `${dollar}{NONE-${dollar}{NONE:-in}}`,
    },
    {
      K: `${dollar}{NONE:-a:b}`,
      L: `${dollar}{NONE-}`,
      M: `${dollar}{GIVEN?x}`,
      N: 1_000_000_000_000,
    },
    [`A=${dollar}{GIVEN}`, `B=${dollar}{NONE:-"q"}`],
  ],
  env_file: [
    'one.env',
    ['one.env', 'two.env'],
    [{ path: 'two.env', required: false }],
    [{ path: 'none.env', required: false }],
    [{ path: 'one.env', format: 'raw' }],
  ],
  command: [
    'run a b',
    ['run', `${dollar}{GIVEN}`],
    `sh -c "a 'b' c"`,
    [],
    '',
    ['x', '1'],
    "a\\ b 'c\"d'",
  ],
  entrypoint: ['/bin/sh -c', ['/bin/sh', '-c'], [], ''],
  ports: [
    ['80'],
    ['8080:80', '8443:443/tcp'],
    ['127.0.0.1:9000:9000/udp'],
    ['7000-7002:7000-7002'],
    [{ target: 80, published: '8080', protocol: 'tcp', host_ip: '0.0.0.0', mode: 'host' }],
    [{ target: 53, published: 53, protocol: 'udp' }, 90],
    ['8080:80', { target: 80, published: 8080 }],
    ['127.0.0.1::80'],
    ['6000-6005:60'],
    [`${dollar}{NONE:-8081}:81`],
  ],
  expose: [['3000'], [4000, '5000/udp'], ['6000-6002']],
  volumes: [
    ['data:/data'],
    ['/srv:/srv:ro', 'data:/d:rw'],
    ['/var/anonymous'],
    [{ type: 'volume', source: 'data', target: '/v', read_only: true, volume: { nocopy: true } }],
    [{ type: 'bind', source: '/opt', target: '/opt', bind: { propagation: 'rslave' } }],
    [{ type: 'tmpfs', target: '/t', tmpfs: { size: '10m', mode: 0o1777 } }],
    [{ type: 'tmpfs', target: '/t', tmpfs: { size: 4096 } }],
    ['./conf:/conf:ro', 'more:/more:nocopy'],
    ['./conf/a.conf:/a.conf'],
    ['/a:/same', '/b:/same'],
    ['/a/:/tail/'],
    [{ type: 'volume', source: 'data', target: '/v', volume: { subpath: 'sub' } }],
  ],
  tmpfs: ['/run', ['/run', '/tmp:size=1m,mode=1777']],
  networks: [
    ['front'],
    ['front', 'back'],
    { front: null, back: { aliases: ['b1', 'b2'] } },
    { back: { ipv4_address: '10.30.0.9', priority: 10 } },
    { default: { aliases: ['d'] } },
  ],
  network_mode: ['none', 'host', 'bridge'],
  labels: [{ a: 'b', c: 1, d: true }, ['a=b', 'c', 'd=e=f'], { e: null, 'f.g/h': '' }],
  annotations: [{ a: 'b' }, ['c=d']],
  extra_hosts: [
    ['a:1.2.3.4', 'b=5.6.7.8'],
    { a: '1.2.3.4' },
    ['six:::1', 'host:host-gateway'],
    ['six=[::1]'],
  ],
  dns: ['1.1.1.1', ['1.1.1.1', '8.8.8.8']],
  dns_search: ['a.example', ['a.example']],
  dns_opt: [['use-vc']],
  healthcheck: [
    { test: 'curl -f x' },
    { test: ['CMD', 'a'], interval: '10s', timeout: '1m30s', retries: 3, start_period: '1h' },
    { test: ['CMD-SHELL', 'a || b'], start_interval: '500ms' },
    { disable: true },
    { test: ['NONE'] },
    { interval: '2s' },
    { test: ['CMD', 'x'], timeout: '1.5s', interval: '1h30m', start_period: '100us' },
    { test: ['echo', 'x'] },
    { test: 'x', interval: '1d' },
  ],
  restart: ['always', 'no', 'unless-stopped', 'on-failure', 'on-failure:5'],
  stop_grace_period: ['1m30s', '10s', '500ms', '0s'],
  stop_signal: ['SIGTERM'],
  ulimits: [
    { nofile: 1024 },
    { nofile: { soft: 1, hard: 2 }, nproc: 5 },
    { core: 1, memlock: -1 },
    { nproc: { soft: 3, hard: 4 } },
  ],
  devices: [
    ['/dev/null:/dev/x'],
    ['/dev/null:/dev/x:r'],
    ['/dev/null'],
    ['/dev/null:/dev/y', '/dev/zero:/dev/y'],
  ],
  cap_add: [['NET_ADMIN'], ['A', 'B', 'A']],
  cap_drop: [['ALL']],
  security_opt: [['no-new-privileges:true']],
  sysctls: [{ 'net.core.somaxconn': 1024 }, ['net.core.somaxconn=5', 'a.b=0']],
  group_add: [['mail', 5]],
  mem_limit: ['64m', '1g', '1.5g', 1048576, '512kb', '100b', '2GB'],
  memswap_limit: ['1g', -1],
  mem_reservation: ['32m'],
  shm_size: ['64m', 67108864],
  cpus: [0.5, '1.5', 2],
  cpu_shares: [512, '512'],
  cpuset: ['0,1', '0-1'],
  pids_limit: [5, -1],
  oom_score_adj: [-500],
  privileged: [true],
  read_only: [true, `${dollar}{NONE:-true}`],
  init: [true, false],
  tty: [true],
  stdin_open: [true],
  user: ['1000', '1000:1000'],
  hostname: ['h'],
  domainname: ['d.example'],
  working_dir: ['/w'],
  container_name: ['own-name'],
  ipc: ['host', 'shareable'],
  pid: ['host'],
  userns_mode: ['host'],
  platform: ['linux/amd64'],
  runtime: ['runc'],
  cgroup_parent: ['/x'],
  logging: [
    { driver: 'json-file', options: { 'max-size': '1m', 'max-file': 3 } },
    { driver: 'none' },
  ],
  configs: [
    ['app'],
    [{ source: 'app', target: '/etc/app', mode: 0o440, uid: '1', gid: '2' }],
    ['inline'],
  ],
  secrets: [['key'], [{ source: 'key', target: 'renamed', mode: 0o400 }], ['token', 'key']],
  deploy: [
    { replicas: 2 },
    {
      resources: {
        limits: { cpus: '0.5', memory: '50M', pids: 7 },
        reservations: { memory: '20M' },
      },
    },
    { restart_policy: { condition: 'on-failure', max_attempts: 2 } },
    { update_config: { order: 'start-first', parallelism: 1, delay: '10s' } },
    { mode: 'replicated', replicas: 0 },
    { restart_policy: { condition: 'none' } },
  ],
  scale: [2, 0],
  pull_policy: ['never', 'always', 'missing', 'if_not_present'],
  post_start: [[{ command: 'echo hi' }], [{ command: ['a', 'b'], user: 'root', privileged: true }]],
  pre_stop: [[{ command: ['a'], environment: ['X=1'], working_dir: '/' }]],
  attach: [false],
  'x-own': [{ any: ['thing'] }],
  oom_kill_disable: [true],
};

const names = Object.keys(members);

/** What is drawn for one project. */
interface Draw {
  readonly pick: <T>(from: readonly T[]) => T;
  readonly chance: (share: number) => boolean;
  /** Members of a service, so many at most. */
  readonly service: (most: number) => Record<string, Value>;
}

/** The same seed gives the same project. */
export function generateCompose(seed: number): ComposeCase {
  const draw = drawFrom(createRandom(seed));
  const files: Record<string, string> = { ...contents };
  const services = drawServices(draw);
  const include = draw.chance(0.2) ? draw.pick(includes) : undefined;
  // Places are said in one file only, else the two would contradict each other.
  const rest = include ? { include } : places;
  files['compose.yaml'] = write({ name: 'shop', services, ...rest });
  files['lib/compose.yaml'] = write({ services: { app: { image, ...draw.service(4) } } });
  if (include) {
    const included = { image, ...draw.service(3) };
    files['sub/compose.yaml'] = write({ services: { included }, ...places });
  }
  const isLaidOver = draw.chance(0.5);
  if (isLaidOver) files['over.yaml'] = write({ services: { web: drawOver(draw) } });
  return {
    files,
    paths: isLaidOver ? ['compose.yaml', 'over.yaml'] : ['compose.yaml'],
    profiles: draw.pick([[], ['debug']]),
    variables: { GIVEN: 'given', EMPTY: '', TOKEN: 'token' },
  };
}

function drawFrom(random: () => number): Draw {
  const pick: Draw['pick'] = (from) => {
    const one = from[Math.floor(random() * from.length)];
    if (one === undefined) throw new Error('There is nothing to pick from.');
    return one;
  };
  return {
    pick,
    chance: (share) => random() < share,
    service: (most) => {
      const chosen = Array.from({ length: 1 + Math.floor(random() * most) }, () => pick(names));
      return Object.fromEntries(chosen.map((name) => [name, pick(members[name] ?? [])]));
    },
  };
}

function drawServices({ pick, chance, service }: Draw): Readonly<Record<string, Value>> {
  const needed = chance(0.4) && { depends_on: pick(dependencies) };
  return {
    web: { image, ...service(6), ...needed },
    db: { image, ...service(3) },
    ...(chance(0.3) && {
      worker: { extends: pick<Value>(['web', { service: 'db' }]), ...service(3) },
    }),
    ...(chance(0.2) && {
      far: { extends: { file: 'lib/compose.yaml', service: 'app' }, ...service(2) },
    }),
    ...(chance(0.3) && { debug: { image, profiles: pick([['debug'], ['debug', 'other']]) } }),
  };
}

function drawOver({ chance, service }: Draw): Readonly<Record<string, Value>> {
  const entries = Object.entries(service(5)).map(([name, value]): [string, Value] => {
    if (chance(0.15)) return [name, { $tag: '!reset null' }];
    const mayOverride = typeof value === 'object' && chance(0.15);
    return [name, mayOverride ? { $tag: `!override ${write(value)}` } : value];
  });
  return Object.fromEntries(entries);
}

const dependencies: readonly Value[] = [
  ['db'],
  { db: { condition: 'service_healthy', restart: true } },
  { db: { condition: 'service_completed_successfully' } },
  { db: { condition: 'service_started', required: false } },
];

const includes: readonly Value[] = [
  ['sub/compose.yaml'],
  [{ path: 'sub/compose.yaml', project_directory: '.' }],
];

const places = {
  volumes: { data: null, more: { driver: 'local', labels: ['x=y'] } },
  networks: { front: null, back: { ipam: { config: [{ subnet: '10.30.0.0/16' }] } } },
  configs: { app: { file: './conf/a.conf' }, inline: { content: `a=${dollar}{GIVEN}` } },
  secrets: { key: { file: 'conf/key' }, token: { environment: 'TOKEN' } },
};

const contents = {
  'conf/a.conf': 'a',
  'conf/key': 'key',
  'one.env': `ONE=1\nQUOTED="a b"\nRAW='${dollar}GIVEN'\nREF=${dollar}{ONE}-${dollar}{GIVEN}\n# remark\nexport EXPORTED=x # tail\nEMPTY_ONE=\n`,
  'two.env': `ONE=2\nMULTI="a\nb"\nESC="tab\\tend"\nDEF=${dollar}{NONE:-dflt}\n`,
  'sub/one.env': 'ONE=sub\n',
  'sub/two.env': 'TWO=sub\n',
  'lib/one.env': 'ONE=lib\n',
  'lib/two.env': 'TWO=lib\n',
  'sub/conf/a.conf': 'a',
  'sub/conf/key': 'key',
  'lib/conf/a.conf': 'a',
};

/** JSON is YAML; tags stand as they are. */
function write(value: Value): string {
  return JSON.stringify(value).replaceAll(
    /\{"\$tag":"((?:[^"\\]|\\.)*)"\}/g,
    (_all, text: string) => String(JSON.parse(`"${text}"`)),
  );
}

/** Mulberry32: small, and the same everywhere. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
