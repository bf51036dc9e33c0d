/** `1 change`, `3 changes`, `no changes`. */
export function count(number: number, noun: string, plural: string = `${noun}s`): string {
  if (number === 0) return `no ${plural}`;
  return `${formatNumber(number)} ${number === 1 ? noun : plural}`;
}

/** Thousands apart: `12,345`. */
export function formatNumber(number: number): string {
  return number.toLocaleString('en-US');
}
