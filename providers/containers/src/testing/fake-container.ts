import { isJsonList, type JsonObject, readObject, readText, readTexts } from '@trueup/diagnostics';

export interface FakeContainer {
  readonly id: string;
  name: string;
  /** As it was sent. */
  readonly asked: JsonObject;
  readonly image: JsonObject;
  state: 'created' | 'running' | 'exited';
  exitCode: number;
  restartCount: number;
  startedAt: string;
  health: 'none' | 'starting' | 'healthy' | 'unhealthy';
  /** What the next check finds, once somebody runs it. */
  checkEndsAs: 'healthy' | 'unhealthy' | 'starting';
  readonly networks: Map<string, JsonObject>;
  memory: number;
  readonly archives: Uint8Array[];
  readonly hooks: JsonObject[];
}

export function listFake(container: FakeContainer): JsonObject {
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Labels: labelsOf(container),
    State: container.state,
  };
}

/** What came back when it was recorded: never what was sent. */
export function inspectFake(container: FakeContainer): JsonObject {
  const { asked, image, id } = container;
  const host = readObject(asked['HostConfig']);
  const config = readObject(image['Config']);
  const isChecked = container.health !== 'none';
  return {
    Id: id,
    Name: `/${container.name}`,
    Image: image['Id'] ?? '',
    RestartCount: container.restartCount,
    State: {
      Status:
        container.state === 'exited' && container.restartCount > 0 ? 'stopped' : container.state,
      Running: container.state === 'running',
      Restarting: false,
      ExitCode: container.exitCode,
      StartedAt: container.startedAt,
      Health: { Status: isChecked ? container.health : '', FailingStreak: 0, Log: null },
    },
    Config: {
      Env: [
        'TERM=xterm',
        'container=podman',
        ...readTexts(asked['Env']).toReversed(),
        ...readTexts(config['Env']),
        `HOSTNAME=${id.slice(0, 12)}`,
      ],
      Image: readText(asked, 'Image') ?? '',
      Labels: labelsOf(container),
      Healthcheck: asked['Healthcheck'] ?? null,
    },
    HostConfig: {
      ...host,
      NetworkMode: modeOf(host),
      CapDrop: isJsonList(host['CapDrop']) ? ['CAP_CHOWN', 'CAP_KILL'] : [],
      Memory: container.memory,
      MemorySwap: container.memory * 2,
      NanoCpus: host['NanoCpus'] ?? 0,
      RestartPolicy: host['RestartPolicy'] ?? { Name: '', MaximumRetryCount: 0 },
      LogConfig: { Type: 'json-file', Config: null },
      PidsLimit: 2048,
    },
    NetworkSettings: {
      Ports: host['PortBindings'] ?? {},
      Networks: Object.fromEntries(
        [...container.networks].map(([name, endpoint]) => [
          name,
          {
            NetworkID: name,
            EndpointID: '',
            IPAddress: '10.0.0.2',
            Aliases: [...readTexts(endpoint['Aliases']), id.slice(0, 12)],
          },
        ]),
      ),
    },
    Mounts: mountsOf(host),
  };
}

/** Podman answers `bridge` whatever network it is in. */
function modeOf(host: JsonObject): string {
  const mode = readText(host, 'NetworkMode') ?? 'bridge';
  return ['none', 'host'].includes(mode) || mode.startsWith('container:') ? mode : 'bridge';
}

function mountsOf(host: JsonObject): readonly JsonObject[] {
  const mounts = host['Mounts'];
  if (!isJsonList(mounts)) return [];
  return mounts
    .filter((mount) => readText(mount, 'Type') !== 'tmpfs')
    .map((mount) => ({
      Type: readText(mount, 'Type') ?? '',
      Name: readText(mount, 'Source') ?? '',
      Destination: readText(mount, 'Target') ?? '',
    }));
}

function labelsOf({ asked, image }: FakeContainer): JsonObject {
  return {
    ...readObject(readObject(image['Config'])['Labels']),
    'io.buildah.version': '1.28.2',
    ...readObject(asked['Labels']),
  };
}
