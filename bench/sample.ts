/** Several measurements of the same thing. */
export interface Sample {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Of at least one value. */
export function toSample(values: readonly number[]): Sample {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = Number.NaN, high = low] = [
    sorted[(sorted.length - 1) >> 1],
    sorted[sorted.length >> 1],
  ];
  return {
    median: (low + high) / 2,
    min: sorted[0] ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
  };
}
