/** How fixture providers read what users write: settings, JSON files, inputs. */
import { type Diagnostic, formatJson, isJsonObject, type Json } from '@trueup/diagnostics';

import type { CallContext } from '../call-context.ts';
import { digestBody } from '../digest-body.ts';
import type { Files } from '../files.ts';
import type { InputRead, PrepareRequest } from '../provider.ts';
import { formatResourceId } from '../resource.ts';

/** Takes no settings, or an object of these texts. Values are never repeated: they may be secrets. */
export function checkTexts(settings: unknown, known: readonly string[]): readonly Diagnostic[] {
  if (settings === undefined || settings === null) return [];
  const advice = `Write these as texts: ${known.join(', ')}.`;
  const wrong = (path: readonly string[], summary: string): Diagnostic => {
    return { severity: 'error', code: 'FIXTURE_SETTING_INVALID', path, summary, advice };
  };
  if (!isJsonObject(settings)) return [wrong([], 'Settings are no object')];
  return Object.entries(settings).flatMap(([name, value]) => {
    if (!known.includes(name)) return [wrong([name], 'Settings have an unknown member')];
    return typeof value === 'string' ? [] : [wrong([name], `${name} is no text`)];
  });
}

/** One text of settings that `checkTexts` found nothing wrong with. */
export function textOf(settings: unknown, name: string): string | undefined {
  const value = isJsonObject(settings) ? settings[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** A complaint about a file. */
export function complainOf(file: string, path: readonly string[], message: string): Diagnostic {
  return {
    severity: 'error',
    code: 'FIXTURE_FIELD_INVALID',
    path,
    origin: { file, line: 1 },
    summary: `${file}: ${[...path, message].join(' ')}`,
  };
}

export interface JsonFile {
  /** Absent when there is a diagnostic. */
  readonly value?: Json;
  readonly diagnostics: readonly Diagnostic[];
}

export async function readJson(files: Files, file: string): Promise<JsonFile> {
  const bytes = await files.read(file);
  if (!bytes) return { diagnostics: [complainOf(file, [], 'does not exist')] };
  try {
    return { value: JSON.parse(new TextDecoder().decode(bytes)), diagnostics: [] };
  } catch (error) {
    const place = /line (\d+) column (\d+)/.exec(error instanceof Error ? error.message : '');
    const origin = { file, line: Number(place?.[1] ?? 1), column: Number(place?.[2] ?? 1) };
    const diagnostic = complainOf(file, [], 'is not JSON');
    return { diagnostics: [{ ...diagnostic, code: 'FIXTURE_FILE_INVALID', origin }] };
  }
}

export interface Taken {
  readonly value: Json;
  readonly sensitive: boolean;
}

/** Replaces texts that are exactly `$(name)` by that input, and notes which inputs were read. */
export class InputReader {
  readonly #request: PrepareRequest;
  readonly #call: CallContext;
  readonly #read = new Map<string, InputRead>();
  /** File by name. */
  readonly #missing = new Map<string, string>();

  constructor(request: PrepareRequest, call: CallContext) {
    this.#request = request;
    this.#call = call;
  }

  /** The value as the file means it; `null` for an input that is not given. */
  take(value: Json, file: string): Taken {
    const name = typeof value === 'string' ? /^\$\(([\w.-]+)\)$/.exec(value)?.[1] : undefined;
    if (name === undefined) return { value, sensitive: false };
    const { inputs, stack, target } = this.#request;
    const input = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    if (!input) {
      this.#missing.set(name, file);
      return { value: null, sensitive: false };
    }
    const id = formatResourceId({ kind: 'Input', scope: stack.name, name });
    const digest = input.sensitive
      ? this.#call.seal(input.value, { target: target.name, id, path: [] })
      : digestBody({ value: formatJson(input.value) });
    this.#read.set(name, { name: `input:${name}`, digest });
    return input;
  }

  get inputsRead(): readonly InputRead[] {
    return [...this.#read.values()];
  }

  get diagnostics(): readonly Diagnostic[] {
    return [...this.#missing].map(([name, file]) => ({
      ...complainOf(file, [], `takes the input '${name}', which is not given`),
      code: 'FIXTURE_INPUT_MISSING',
    }));
  }
}
