/** How long ago something was, in the one unit that says most: `3 h ago`. */
export function formatAge(at: string, nowMs: number): string {
  const ms = nowMs - Date.parse(at);
  if (Number.isNaN(ms)) return 'at an unknown time';
  return ms < 1000 ? 'just now' : `${formatDuration(ms)} ago`;
}

/** `0.4 s`, `12 s`, `3 min`, `5 h`, `12 d`. */
export function formatDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 120 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
