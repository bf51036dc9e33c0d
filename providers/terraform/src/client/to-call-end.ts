import type { ProgramEnd } from '@trueup/programs';

import type { CallEnd } from '../terraform-client.ts';

export function toCallEnd(end: ProgramEnd, stderr: Uint8Array): CallEnd {
  if (end.kind !== 'exited') return { kind: 'killed' };
  if (end.exitCode === 0) return { kind: 'succeeded' };
  const isFull = /no space left on device|disk quota exceeded/i.test(
    new TextDecoder().decode(stderr),
  );
  return { kind: isFull ? 'no-space' : 'failed' };
}
