/** The parts of a stack's full name. */
export function splitStackName(fullName: string): { repository: string; stack: string } {
  const cut = fullName.indexOf('/');
  return { repository: fullName.slice(0, cut), stack: fullName.slice(cut + 1) };
}
