import type { AlertTone } from '../alert-event.ts';

/** As in `#c62828`. */
export function colourOf(tone: AlertTone): string {
  return colours[tone];
}

const colours: Readonly<Record<AlertTone, string>> = {
  bad: '#c62828',
  warning: '#ef8e00',
  good: '#2e7d32',
  neutral: '#546e7a',
};
