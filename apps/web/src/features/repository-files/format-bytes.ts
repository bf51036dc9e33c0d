const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** For people: `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  let [size, step] = [bytes, 0];
  while (size >= 1024 && step < units.length - 1) {
    size /= 1024;
    step += 1;
  }
  const digits = step === 0 || size >= 100 ? 0 : 1;
  return `${size.toFixed(digits)} ${units[step]}`;
}
