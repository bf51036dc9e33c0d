/** How many columns a text takes on a terminal: two for what East Asian fonts draw wide, and emoji. */
export function textWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** At most so many columns of the text; what is left out is marked. */
export function cutText(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let kept = '';
  let width = 1;
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns) break;
    kept += character;
  }
  return columns > 0 ? `${kept}…` : '';
}

/** The same from the other end: of a path, the end says most. */
export function cutStart(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  const reversed = [...text].reverse();
  let kept = '';
  let width = 1;
  for (const character of reversed) {
    width += characterWidth(character);
    if (width > columns) break;
    kept = character + kept;
  }
  return columns > 0 ? `…${kept}` : '';
}

function characterWidth(character: string): number {
  if (/^[\p{Mn}\p{Me}]$/u.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

const wide: RegExp =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})$/u;
