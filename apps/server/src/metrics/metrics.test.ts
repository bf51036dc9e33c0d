import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { openMetrics } from './metrics.ts';

const reference = join(import.meta.dirname, '../../../../docs/reference/metrics.md');

describe('what Prometheus reads', () => {
  it('is what the reference lists, with its types and labels', async () => {
    const written = await readFile(reference, 'utf8');
    const listed = [...written.matchAll(/^\| `(\w+)` \| (\w+) \| ([^|]*)\|/gm)];

    const text = await scrape();

    const types = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [
      name,
      type,
    ]);
    expect(listed.map(([, name, type]) => [name, type]).toSorted()).toEqual(types.toSorted());
    for (const [, name = '', , labels = ''] of listed) {
      const line = new RegExp(`^${name}(?:_count)?\\{([^}]*)\\}`, 'm').exec(text)?.[1] ?? '';
      const found = [...line.matchAll(/(\w+)=/g)].map(([, label]) => label);
      expect([name, ...found]).toEqual([
        name,
        ...[...labels.matchAll(/`(\w+)`/g)].map((l) => l[1]),
      ]);
    }
  });

  it('counts on, and forgets phases that nothing is in any more', async () => {
    const phases = [{ held: 2 }, { applying: 1 }];
    const commits = [5, 10];
    const ended = [1, 4];
    const alerts = [
      { waiting: 1, sent: 2, failed: 0 },
      { waiting: 0, sent: 3, failed: 1 },
    ];
    const metrics = openMetrics({
      figures: async () => ({
        runs: phases.shift() ?? {},
        driftOpen: 3,
        ended: { failed: ended.shift() ?? 0 },
        commits: commits.shift() ?? 0,
        alerts: alerts.shift() ?? { waiting: 0, sent: 0, failed: 0 },
      }),
    });
    try {
      const first = (await metrics.print()).text;
      const second = (await metrics.print()).text;

      expect(first).toContain('trueup_runs{phase="held"} 2');
      expect(second).not.toContain('phase="held"');
      expect(second).toContain('trueup_runs{phase="applying"} 1');
      expect(second).toContain('trueup_store_commits_total 10');
      expect(second).toContain('trueup_runs_ended_total{end="failed"} 4');
      expect(second).toContain('trueup_alerts_waiting 0');
      expect(second).toContain('trueup_alerts_ended_total{end="sent"} 3');
      expect(second).toContain('trueup_alerts_ended_total{end="failed"} 1');
      expect(second).toMatch(/^process_resident_memory_bytes \d{7,}$/m);
    } finally {
      metrics.close();
    }
  });
});

async function scrape(): Promise<string> {
  const figures = async () => ({
    runs: { held: 1 },
    driftOpen: 0,
    ended: { failed: 1 },
    commits: 1,
    alerts: { waiting: 0, sent: 1, failed: 0 },
  });
  const metrics = openMetrics({ figures });
  try {
    metrics.watchStreams(() => 0);
    metrics.noteRequest({ method: 'GET', route: '/api/v1/stacks', status: 200, seconds: 0.01 });
    return (await metrics.print()).text;
  } finally {
    metrics.close();
  }
}
