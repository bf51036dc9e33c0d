/** Writes YAML as kubectl prints it, which is the way of go-yaml 2. */
import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { compareKeys } from './print/compare-keys.ts';
import { formatNumber } from './print/format-number.ts';
import { isSimpleKey, type TextPlace, writeText } from './print/write-text.ts';

/**
 * Members are sorted, lists are not indented below their key, long text is folded at column 80. Ends
 * with a line break. `readManifests` and `parseYaml` read the same value from it, numbers that no
 * JSON writes apart.
 */
export function formatYaml(value: Json): string {
  const printer = new Printer();
  printer.printNode(value, { indent: 0, at: 'root' });
  return printer.finish();
}

interface Place {
  /** Of the object or list that the node is part of. */
  readonly indent: number;
  /** What stands in front of the node in its line; `dash` also for a `?` and the `:` that answers it. */
  readonly at: 'root' | 'key' | 'dash';
}

class Printer {
  readonly #done: string[] = [];
  #line = '';

  finish(): string {
    if (this.#line !== '') this.#put('\n');
    return this.#done.join('');
  }

  printNode(value: Json, place: Place): void {
    if (isJsonList(value)) this.#printList(value, place);
    else if (isJsonObject(value)) this.#printObject(value, place);
    else if (typeof value === 'string') this.#printText(value, place);
    else this.#put(this.#gap(place) + formatScalar(value));
  }

  #printText(value: string, place: Place): void {
    this.#put(this.#gap(place));
    // Readers disagree about the indentation of lines that nothing is the parent of.
    const isKey = place.at === 'root';
    this.#put(writeText(value, { ...this.#textPlace(place.indent + 2), isKey }));
  }

  #printObject(value: JsonObject, place: Place): void {
    const names = Object.keys(value).sort(compareKeys);
    if (names.length === 0) {
      this.#put(`${this.#gap(place)}{}`);
      return;
    }
    const indent = place.at === 'root' ? 0 : place.indent + 2;
    for (const [index, name] of names.entries()) {
      if (index > 0 || place.at === 'key') this.#breakLine(indent);
      this.#printMember(name, value[name] ?? null, indent);
    }
  }

  #printMember(name: string, value: Json, indent: number): void {
    if (isSimpleKey(name)) {
      this.#put(writeText(name, { ...this.#textPlace(indent + 2), isKey: true }));
      this.#put(':');
      this.printNode(value, { indent, at: 'key' });
      return;
    }
    this.#put('? ');
    this.#put(writeText(name, this.#textPlace(indent + 2)));
    this.#breakLine(indent);
    this.#put(': ');
    this.printNode(value, { indent, at: 'dash' });
  }

  #printList(items: readonly Json[], place: Place): void {
    if (items.length === 0) {
      this.#put(`${this.#gap(place)}[]`);
      return;
    }
    const indent = place.at === 'dash' ? place.indent + 2 : place.indent;
    for (const [index, item] of items.entries()) {
      if (index > 0 || place.at === 'key') this.#breakLine(indent);
      this.#put('- ');
      this.printNode(item, { indent, at: 'dash' });
    }
  }

  #gap({ at }: Place): string {
    return at === 'key' ? ' ' : '';
  }

  #breakLine(indent: number): void {
    // Text that keeps its last line breaks has already ended its line.
    if (this.#line !== '') this.#put('\n');
    this.#put(' '.repeat(indent));
  }

  #textPlace(indent: number): TextPlace {
    return { indent, column: [...this.#line].length, isKey: false };
  }

  #put(text: string): void {
    const end = text.lastIndexOf('\n') + 1;
    if (end > 0) {
      this.#done.push(this.#line, text.slice(0, end));
      this.#line = '';
    }
    this.#line += text.slice(end);
  }
}

function formatScalar(value: null | boolean | number | bigint): string {
  return typeof value === 'number' || typeof value === 'bigint'
    ? formatNumber(value)
    : String(value);
}
