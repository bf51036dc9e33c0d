/** Registries of this machine are spoken to without encryption, as Docker does. With its port, if any. */
export function isThisMachine(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(host);
}
