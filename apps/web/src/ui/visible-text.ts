/**
 * Texts of others can hold characters that reorder or hide what stands around them. They are shown
 * by their names, so that what is read is what is there.
 */
export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'control'; readonly name: string };

// Bidirectional marks, embeddings and isolates; zero-width characters; other control characters.
const control =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

/** Parts in the order of the text. Line ends and tabs stay. */
export function splitControls(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let seen = 0;
  for (const match of text.matchAll(control)) {
    if (match.index > seen) parts.push({ kind: 'text', text: text.slice(seen, match.index) });
    parts.push({ kind: 'control', name: nameOf(match[0]) });
    seen = match.index + match[0].length;
  }
  if (seen < text.length) parts.push({ kind: 'text', text: text.slice(seen) });
  return parts;
}

/** For attributes, where nothing but text can stand. */
export function showControls(text: string): string {
  return text.replaceAll(control, (found) => `‹${nameOf(found)}›`);
}

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
