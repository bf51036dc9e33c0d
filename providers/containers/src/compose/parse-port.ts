export interface ParsedPort {
  readonly target: number;
  /** As text, since it may be a range that the engine chooses from. */
  readonly published?: string;
  readonly host_ip?: string;
  readonly protocol: string;
}

const pattern =
  /^(?:(?:(?<ip>\[[\da-fA-F:.]+\]|[\d.]+):)?(?<published>\d{0,5}(?:-\d{1,5})?):)?(?<target>\d{1,5}(?:-\d{1,5})?)(?:\/(?<protocol>tcp|udp|sctp))?$/;

/** Reads the short form; a range of both sides is as many ports. `undefined` when it is none. */
export function parsePort(text: string): readonly ParsedPort[] | undefined {
  const parts = pattern.exec(text)?.groups;
  const targets = parts && rangeOf(parts['target'] ?? '');
  if (!(parts && targets)) return undefined;
  const { ip, published = '', protocol = 'tcp' } = parts;
  const shared = { protocol, ...(ip !== undefined && { host_ip: ip.replace(/^\[|\]$/g, '') }) };
  if (published === '') return targets.map((target) => ({ target, ...shared }));
  const outer = rangeOf(published);
  if (!outer) return undefined;
  if (targets.length === 1) {
    return targets.map((target) => ({ target, published, ...shared }));
  }
  if (outer.length !== targets.length) return undefined;
  return targets.map((target, index) => ({
    target,
    published: String(outer[index] ?? ''),
    ...shared,
  }));
}

/** Both ends are meant. */
function rangeOf(text: string): readonly number[] | undefined {
  const [from = 0, to = from] = text.split('-').map(Number);
  const isSound = from >= 1 && to <= 65_535 && to >= from && to - from < 1000;
  return isSound ? Array.from({ length: to - from + 1 }, (_, index) => from + index) : undefined;
}
