import { adviseName, type Diagnostic, type FieldPath, isJsonObject } from '@trueup/diagnostics';

/** What is wrong in settings, found one member after the other. Each check takes what is absent for right, but `object`. */
export class SettingsComplaints {
  readonly all: Diagnostic[] = [];
  readonly #code: string;

  constructor(code: string) {
    this.#code = code;
  }

  add(path: FieldPath, summary: string, advice?: string): void {
    const said = { severity: 'error', code: this.#code, path, summary } as const;
    this.all.push({ ...said, ...(advice !== undefined && { advice }) });
  }

  object(
    value: unknown,
    path: FieldPath,
    known?: readonly string[],
  ): Readonly<Record<string, unknown>> | undefined {
    if (!isJsonObject(value)) {
      this.add(path, `${nameOf(path)} has to be an object`);
      return undefined;
    }
    for (const name of Object.keys(value)) {
      if (!known || known.includes(name)) continue;
      const advice = adviseName(name, known);
      this.add([...path, ...shown(name)], `${nameOf(path)} has an unknown member`, advice);
    }
    return Object.fromEntries(Object.entries(value));
  }

  text(value: unknown, path: FieldPath): void {
    if (value === undefined || (typeof value === 'string' && value !== '')) return;
    this.add(path, `${nameOf(path)} has to be a text`);
  }

  /** As it stands in Git, or as it is once the secret was put in its place. */
  textOrSecret(value: unknown, path: FieldPath): void {
    const isNamed = isJsonObject(value) && Object.keys(value).join() === 'secret';
    if (isNamed && typeof value['secret'] === 'string' && value['secret'] !== '') return;
    this.text(value, path);
  }

  path(value: unknown, path: FieldPath): void {
    if (value === undefined || isInside(value)) return;
    this.add(
      path,
      `${nameOf(path)} has to be a path within the repository`,
      'Write it relative, with forward slashes, without `..`.',
    );
  }

  list(value: unknown, path: FieldPath, check: (one: unknown, path: FieldPath) => void): void {
    if (value === undefined) return;
    if (!Array.isArray(value)) this.add(path, `${nameOf(path)} has to be a list`);
    else for (const one of value) check(one, path);
  }

  choice(value: unknown, path: FieldPath, choices: readonly string[]): void {
    if (value === undefined || choices.some((one) => one === value)) return;
    this.add(path, `${nameOf(path)} has another value`, `Write one of ${choices.join(', ')}.`);
  }

  count(value: unknown, path: FieldPath, most: number): void {
    const isCount = typeof value === 'number' && Number.isInteger(value);
    if (value === undefined || (isCount && value >= 1 && value <= most)) return;
    this.add(path, `${nameOf(path)} has to be a number from 1 to ${most}`);
  }
}

/** Names that users made up may be secrets that slipped; a path is for names that look like one. */
export function shown(name: string): readonly string[] {
  return /^[A-Za-z][\w-]{0,40}$/.test(name) && !/secret/i.test(name) ? [name] : [];
}

function nameOf(path: FieldPath): string {
  return path.length === 0
    ? 'ansible'
    : `\`${path.filter((one) => typeof one === 'string').join('.')}\``;
}

function isInside(value: unknown): boolean {
  if (typeof value !== 'string' || value === '' || value.length > 1000) return false;
  const steps = value.split('/');
  return !(/[\0\\]/.test(value) || steps.some((step) => ['', '.', '..'].includes(step)));
}
