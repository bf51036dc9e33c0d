import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';

import type { ControlPlane } from '@trueup/control-plane';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface MeasuredRequest {
  readonly method: string;
  /** As in the table, never with somebody's names. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** What Prometheus reads. Owns what measures the event loop; closing it ends that. */
export interface Metrics {
  noteRequest(request: MeasuredRequest): void;
  /** Once: `count` is asked at each look. */
  watchStreams(count: () => number): void;
  print(): Promise<{ readonly text: string; readonly type: string }>;
  close(): void;
}

export function openMetrics(plane: Pick<ControlPlane, 'figures'>): Metrics {
  const registry = new Registry();
  const loop = monitorEventLoopDelay({ resolution: 20 });
  loop.enable();
  const requests = new Histogram({
    name: 'trueup_http_request_duration_seconds',
    help: 'How long requests took, by route of the API.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  const update = planeGauges(plane, registry);
  loopGauges(loop, registry);
  processGauges(registry);
  return {
    noteRequest: ({ method, route, status, seconds }) =>
      requests.observe({ method, route, status }, seconds),
    watchStreams: (count) => streamGauge(count, registry),
    async print() {
      await update();
      return { text: await registry.metrics(), type: registry.contentType };
    },
    close: () => void loop.disable(),
  };
}

function streamGauge(count: () => number, registry: Registry): Gauge {
  return new Gauge({
    name: 'trueup_http_streams_open',
    help: 'Clients that follow events or logs.',
    registers: [registry],
    collect() {
      this.set(count());
    },
  });
}

function planeGauges(plane: Pick<ControlPlane, 'figures'>, registry: Registry) {
  const registers = [registry];
  const runs = new Gauge({
    name: 'trueup_runs',
    help: 'Runs that have not ended, by phase.',
    labelNames: ['phase'],
    registers,
  });
  const ended = new Counter({
    name: 'trueup_runs_ended_total',
    help: 'Runs that ended since the start, by how they ended.',
    labelNames: ['end'],
    registers,
  });
  const drift = new Gauge({ name: 'trueup_drift_open', help: 'Open drift items.', registers });
  const commits = new Counter({
    name: 'trueup_store_commits_total',
    help: 'Batches written to the store since the start.',
    registers,
  });
  const alerts = alertFigures(registry);
  let counted = 0;
  const ends = new Map<string, number>();
  return async (): Promise<void> => {
    const figures = await plane.figures();
    for (const [end, count] of Object.entries(figures.ended)) {
      ended.inc({ end }, count - (ends.get(end) ?? 0));
      ends.set(end, count);
    }
    runs.reset();
    for (const [phase, count] of Object.entries(figures.runs)) runs.set({ phase }, count);
    drift.set(figures.driftOpen);
    alerts(figures.alerts);
    commits.inc(figures.commits - counted);
    counted = figures.commits;
  };
}

type AlertFigures = Awaited<ReturnType<ControlPlane['figures']>>['alerts'];

function alertFigures(registry: Registry): (figures: AlertFigures) => void {
  const registers = [registry];
  const waiting = new Gauge({
    name: 'trueup_alerts_waiting',
    help: 'Alerts that wait to be sent, for the first time or again.',
    registers,
  });
  const ended = new Counter({
    name: 'trueup_alerts_ended_total',
    help: 'Alerts that were sent, or given up, since the start.',
    labelNames: ['end'],
    registers,
  });
  let before = { sent: 0, failed: 0 };
  return (figures) => {
    waiting.set(figures.waiting);
    ended.inc({ end: 'sent' }, figures.sent - before.sent);
    ended.inc({ end: 'failed' }, figures.failed - before.failed);
    before = figures;
  };
}

const quantiles = [50, 99, 100] as const;
const nanoseconds = 1e9;

/** The largest delay since the last look, so that a scrape misses none. */
function loopGauges(loop: ReturnType<typeof monitorEventLoopDelay>, registry: Registry): Gauge {
  return new Gauge({
    name: 'trueup_event_loop_lag_seconds',
    help: 'How late the event loop was since the last scrape, by percentile.',
    labelNames: ['percentile'],
    registers: [registry],
    collect() {
      for (const percentile of quantiles) {
        const lag = loop.count > 0 ? loop.percentile(percentile) : 0;
        this.set({ percentile }, lag / nanoseconds);
      }
      loop.reset();
    },
  });
}

/** Under the names that Prometheus' own clients use, so that common dashboards know them. */
function processGauges(registry: Registry): void {
  const registers = [registry];
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Memory that the process has in use.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  const started = new Gauge({
    name: 'process_start_time_seconds',
    help: 'When the process started, in seconds since 1970.',
    registers,
  });
  started.set(performance.timeOrigin / 1000);
  let counted = 0;
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Time of processors that the process took.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      const seconds = (user + system) / microseconds;
      this.inc(seconds - counted);
      counted = seconds;
    },
  });
}

const microseconds = 1e6;
