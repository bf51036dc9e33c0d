/**
 * The file that Trueup lays beside those of a stack: where its state lies, and which variables hold secrets. The
 * tools read override files in the order of their names, and of two names that differ in their ending only one.
 */

const stem = 'zzzz_trueup_override';

export const overrideFile: string = `${stem}.tf.json`;

/** Whether a file of the root module would have the last word in the place of ours, or hide it. */
export function isRival(name: string): boolean {
  const [, own = ''] = /^(.*?)\.(?:tf|tofu)(?:\.json)?$/.exec(name) ?? [];
  if (own === stem) return true;
  const isOverride = own === 'override' || own.endsWith('_override');
  return isOverride && Buffer.compare(Buffer.from(name), Buffer.from(overrideFile)) >= 0;
}
