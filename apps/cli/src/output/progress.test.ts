import { describe, expect, it } from 'vitest';

import { FakeSink } from '../testing/fake-sink.ts';
import { line } from './line.ts';
import { paint, paintLine, plainLook } from './paint.ts';
import { createProgress, progressLine } from './progress.ts';

describe('progress', () => {
  it('is plain lines where nobody sees it move', () => {
    const sink = new FakeSink();
    using progress = createProgress({ sink, look: plainLook, animated: false, nowMs: () => 0 });

    progress.phase('Planning 3 stacks');
    progress.update({ done: 1, total: 3 });
    progress.step('shop: waiting');

    expect(sink.text).toBe('Planning 3 stacks\nshop: waiting\n');
  });

  it('is one line that is drawn over, and gone in the end', () => {
    const sink = new FakeSink(40);
    {
      using progress = createProgress({ sink, look: plainLook, animated: true, nowMs: () => 0 });
      progress.phase('Planning 3 stacks');
      progress.above(() => sink.write(paint([line('✓ done')], plainLook)));
    }

    expect(sink.text).toMatch(/Planning 3 stacks/);
    expect(sink.text).not.toMatch(/Planning 3 stacks[^\r]*\n/);
    expect(sink.text).toContain('\r\u001b[2K✓ done\n');
    expect(sink.text.endsWith('\r\u001b[2K')).toBe(true);
  });

  it('is drawn in ASCII where nothing else can be shown', () => {
    const sink = new FakeSink(80);
    {
      const look = { colours: false, ascii: true };
      using progress = createProgress({ sink, look, animated: true, nowMs: () => 0 });
      progress.phase('Planning');
      progress.update({ done: 1, total: 2, detail: 'Käse' });
      progress.above(() => undefined);
    }

    expect(sink.text).toContain(`${'='.repeat(12)}${'-'.repeat(12)} 1/2`);
    expect(sink.text).toContain('K\\u{e4}se');
    expect(sink.text.replaceAll('\u001b', '')).toMatch(/^[\r\n\x20-\x7e]*$/);
  });

  it('shows how far it is', () => {
    const step = { done: 6, total: 12, detail: 'Deployment.apps/shop/web' };
    const text = paintLine(
      progressLine('Applying', step, { frame: '⠋', elapsed: '1.2 s' }),
      plainLook,
    );

    expect(text).toBe(
      `⠋ Applying  ${'━'.repeat(12)}${'─'.repeat(12)} 6/12  1.2 s  Deployment.apps/shop/web`,
    );
  });
});
