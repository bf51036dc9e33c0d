import type { PushCommand } from '../model/judge-push.ts';

export interface RefusedPush {
  readonly commands: readonly PushCommand[];
  readonly capabilities: ReadonlySet<string>;
  /** By ref. */
  readonly reasons: ReadonlyMap<string, string>;
}

/**
 * What git itself would answer when it took none of the refs: gitprotocol-pack(5), "Report Status". A push
 * happens wholly or not at all.
 */
export function refusePush({ commands, capabilities, reasons }: RefusedPush): Buffer {
  const lines = commands.map(({ ref }) => {
    const reason = reasons.get(ref) ?? 'another ref of this push was refused';
    return packet(Buffer.from(`ng ${ref} ${reason}\n`));
  });
  const report = Buffer.concat([packet(Buffer.from('unpack ok\n')), ...lines, flush]);
  if (!capabilities.has('side-band-64k')) return report;
  const bands: Buffer[] = [];
  for (let at = 0; at < report.length; at += bandLength) {
    bands.push(packet(Buffer.concat([Buffer.of(1), report.subarray(at, at + bandLength)])));
  }
  return Buffer.concat([...bands, flush]);
}

const flush = Buffer.from('0000');
/** A packet has 65,520 bytes at most: four digits and the number of the band take five. */
const bandLength = 65_515;

function packet(payload: Buffer): Buffer {
  const length = (payload.length + 4).toString(16).padStart(4, '0');
  return Buffer.concat([Buffer.from(length), payload]);
}
