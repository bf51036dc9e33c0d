/** What the tool's reasons mean, for people. Reasons that are not known are shown as they are. */
import { isJsonList, type Json } from '@trueup/diagnostics';

const sentences: Readonly<Record<string, string>> = {
  replace_because_tainted: 'It is marked as damaged: its last creation did not end well.',
  replace_because_cannot_update: 'It cannot be changed in place',
  replace_by_request: 'Its replacement was asked for.',
  replace_by_triggers: 'What its replacement is tied to changes.',
  delete_because_no_resource_config: 'It is no longer described.',
  delete_because_no_module: 'Its module is no longer described.',
  delete_because_wrong_repetition: 'It is described with another kind of repetition.',
  delete_because_count_index: 'Its number is beyond the count.',
  delete_because_each_key: 'Its key is no longer among those of the repetition.',
  delete_because_no_move_target: 'It was moved to where nothing is described.',
  delete_because_enabled_false: 'It is switched off.',
};

/** `paths`: the fields that force a replacement. */
export function explainReason(
  reason: string | undefined,
  paths: Json | undefined,
): string | undefined {
  const fields = isJsonList(paths) ? paths.map(formatPath).filter((one) => one !== '') : [];
  const which = fields.length > 0 ? `: ${fields.slice(0, 10).join(', ')}` : '';
  if (reason === undefined)
    return which === '' ? undefined : `It cannot be changed in place${which}.`;
  const sentence = Object.hasOwn(sentences, reason) ? sentences[reason] : undefined;
  if (sentence === undefined)
    return /^[a-z_]{1,80}$/.test(reason) ? reason.replaceAll('_', ' ') : undefined;
  return sentence.endsWith('.') ? sentence : `${sentence}${which}.`;
}

function formatPath(path: Json): string {
  if (!isJsonList(path)) return '';
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : String(step)))
    .join('.')
    .replaceAll('.[', '[');
}
