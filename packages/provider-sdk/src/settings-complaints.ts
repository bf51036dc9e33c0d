import {
  adviseName,
  type Diagnostic,
  type FieldPath,
  isJsonObject,
  type JsonObject,
} from '@trueup/diagnostics';

/** Says what is wrong in the settings of a provider's targets or stacks, in one form. */
export interface SettingsComplaints {
  /** `what` ends the sentence that begins with the provider's name. Never shows a value: it may be a secret. */
  complain(path: FieldPath, what: string, advice?: string): Diagnostic;
  /**
   * One for each member that is not among `known`, with the name that was probably meant. `what` it is none of:
   * "no setting of a target". `path` leads to the settings; the root if absent.
   */
  refuseUnknown(
    settings: JsonObject,
    known: readonly string[],
    what: string,
    path?: FieldPath,
  ): readonly Diagnostic[];
}

/** `code` is public: all complaints bear it. */
export function createSettingsComplaints(provider: string, code: string): SettingsComplaints {
  const complain: SettingsComplaints['complain'] = (path, what, advice) => {
    const said = { severity: 'error', code, path, summary: `${provider}: ${what}` } as const;
    return { ...said, ...(advice !== undefined && { advice }) };
  };
  return {
    complain,
    refuseUnknown: (settings, known, what, path = []) =>
      Object.keys(settings)
        .filter((name) => !known.includes(name))
        .map((name) =>
          complain([...path, name], `${quoteName(name)} is ${what}`, adviseName(name, known)),
        ),
  };
}

/** A name that a user made up, bounded and in one line. */
export function quoteName(name: string): string {
  return JSON.stringify(name.slice(0, 100).replaceAll(/\s/g, ' '));
}

/** Whether it is `{ secret: NAME }`: what stands in Git, before the secret's value is put in its place. */
export function namesSecret(value: unknown): boolean {
  return isJsonObject(value) && typeof value['secret'] === 'string';
}
