/**
 * The marks within a line of Markdown. Whatever is no mark is text; elements of HTML are text, but for
 * the three plain ones that Trueup's own comments have.
 *
 * M1. Takes time that grows with the text alone: no mark spans more than `{1,500}`.
 */
import { toWebAddress } from '../web-address.ts';

export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis' | 'small'; readonly parts: readonly Inline[] }
  | { readonly kind: 'link'; readonly address: string; readonly parts: readonly Inline[] };

const mark = new RegExp(
  [
    String.raw`\\(?<escaped>[\\\x60*_{}[\]()#+\-.!<>|~])`,
    '(?<ticks>`+)(?<code>[^`](?:[\\s\\S]{0,500}?[^`])?)\\k<ticks>(?!`)',
    '<code>(?<element>[^<]{1,500})</code>',
    String.raw`\*\*(?<strong>[^*\n]{1,500})\*\*`,
    '<b>(?<bold>.{1,500}?)</b>',
    String.raw`(?<![\w*])\*(?!\s)(?<star>[^*\n]{1,500})(?<!\s)\*(?!\w)`,
    String.raw`(?<!\w)_(?!\s)(?<under>[^_\n]{1,500})(?<!\s)_(?!\w)`,
    '<sub>(?<small>.{1,500}?)</sub>',
    String.raw`\[(?<label>[^\]\n]{1,500})\]\((?<target>[^)\s]{1,1000})\)`,
    String.raw`(?<bare>https?://[^\s<>()\x22']{1,1000})`,
    String.raw`&(?<entity>#\d{1,7}|amp|lt|gt|quot);`,
  ].join('|'),
  'gu',
);

const deepest = 5;

export function parseInline(text: string, depth = 0): readonly Inline[] {
  const parts: Inline[] = [];
  let seen = 0;
  for (const match of depth > deepest ? [] : text.matchAll(mark)) {
    if (match.index > seen) parts.push({ kind: 'text', text: text.slice(seen, match.index) });
    parts.push(toInline(match, depth));
    seen = match.index + match[0].length;
  }
  if (seen < text.length) parts.push({ kind: 'text', text: text.slice(seen) });
  return joinTexts(parts);
}

type Groups = Readonly<Record<string, string | undefined>>;

function toInline(match: RegExpMatchArray, depth: number): Inline {
  const groups: Groups = match.groups ?? {};
  const within = (text: string): readonly Inline[] => parseInline(text, depth + 1);
  const code = groups['code'] ?? groups['element'];
  if (code !== undefined) return { kind: 'code', text: decodeEntities(trimOne(code)) };
  const strong = groups['strong'] ?? groups['bold'];
  if (strong !== undefined) return { kind: 'strong', parts: within(strong) };
  const emphasis = groups['star'] ?? groups['under'];
  if (emphasis !== undefined) return { kind: 'emphasis', parts: within(emphasis) };
  if (groups['small'] !== undefined) return { kind: 'small', parts: within(groups['small']) };
  return toLink(match, depth) ?? { kind: 'text', text: toText(match[0], groups) };
}

/** What leads elsewhere than to the web stays the text that it is. */
function toLink(match: RegExpMatchArray, depth: number): Inline | undefined {
  const { label, target, bare } = match.groups ?? {};
  const address = toWebAddress(target ?? bare?.replace(/[.,;:!?]+$/, ''));
  if (address === undefined) return undefined;
  const parts: readonly Inline[] =
    label === undefined ? [{ kind: 'text', text: match[0] }] : parseInline(label, depth + 1);
  return { kind: 'link', address, parts };
}

function toText(whole: string, { escaped, entity }: Groups): string {
  if (escaped !== undefined) return escaped;
  return entity === undefined ? whole : decodeEntities(whole);
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

function decodeEntities(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|(amp|lt|gt|quot));/g, (whole, digits, name) => {
    if (name !== undefined) return entities[name] ?? whole;
    const code = Number(digits);
    return code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
      ? String.fromCodePoint(code)
      : whole;
  });
}

/** A space on both sides stands for none: it lets code begin with a tick. */
function trimOne(code: string): string {
  return /^ .* $/s.test(code) && code.trim() !== '' ? code.slice(1, -1) : code;
}

function joinTexts(parts: readonly Inline[]): readonly Inline[] {
  const joined: Inline[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.kind === 'text' && last?.kind === 'text') {
      joined[joined.length - 1] = { kind: 'text', text: last.text + part.text };
    } else joined.push(part);
  }
  return joined;
}
