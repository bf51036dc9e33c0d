/** RFC 3339, as every record has it. `ms` since 1970. */
export function formatInstant(ms: number): string {
  return new Date(ms).toISOString();
}
