/** Whether a status or check bears a name that only we give. */
export function isOwnContext(context: string): boolean {
  return context.startsWith('trueup/');
}
