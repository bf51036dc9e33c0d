import type { Encoding } from './web-files.ts';

/** The best form of those there are that this `Accept-Encoding` takes; `undefined` for as it is. */
export function acceptedEncoding(
  header: string | undefined,
  offered: { has(encoding: Encoding): boolean },
): Encoding | undefined {
  const taken = new Map(
    (header ?? '').split(',').map((part) => {
      const [name = '', weight = ''] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*q\s*=\s*/);
      return [name, weight === '' ? 1 : Number(weight)] as const;
    }),
  );
  const ranked: readonly Encoding[] = ['br', 'gzip'];
  return ranked.find((one) => offered.has(one) && (taken.get(one) ?? taken.get('*') ?? 0) > 0);
}
