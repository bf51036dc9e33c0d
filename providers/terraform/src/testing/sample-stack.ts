/** A stack of what is built into both tools, so that nothing is fetched from anywhere. */
import type { Inputs, Stack, Target } from '@trueup/provider-sdk';

export const secretWord = 'tell nobody \\ ever';

export const sampleInputs: Inputs = {
  password: { value: 'correct horse', sensitive: true },
  word: { value: secretWord, sensitive: true },
};

export const sampleFiles: Readonly<Record<string, string>> = {
  'cloud/network/main.tf.json': JSON.stringify({
    variable: { password: { type: 'string' }, word: { type: 'string' } },
    resource: {
      terraform_data: {
        allow: { input: { to: `\${terraform_data.database.id}` } },
        database: { input: { size: 1, admin: `\${var.password}`, word: `\${var.word}` } },
        logs: { input: { size: 2 } },
      },
    },
    output: {
      address: { value: `\${terraform_data.database.id}` },
      secret: { value: `\${var.word}`, sensitive: true },
    },
  }),
};

export function sampleStack(settings: unknown = {}): Stack {
  return {
    name: 'infra/network',
    path: 'cloud/network',
    settings,
    owner: 'mark-of-network',
    formerOwners: [],
  };
}

export function sampleTarget(folder: string, settings: object = {}): Target {
  return { name: 'account', settings: { state: { local: { folder } }, ...settings } };
}
