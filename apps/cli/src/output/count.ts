/** `1 change`, `3 changes`, `no changes`. */
export function count(number: number, noun: string, plural: string = `${noun}s`): string {
  if (number === 0) return `no ${plural}`;
  return `${formatNumber(number)} ${number === 1 ? noun : plural}`;
}

/** An integer with its thousands apart: `12,345`. Loading locales for it would take 10 ms. */
export function formatNumber(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
