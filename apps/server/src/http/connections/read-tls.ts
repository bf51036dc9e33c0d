import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

import { StalledError } from '@trueup/diagnostics';

import type { TlsFiles } from '../../settings/settings.ts';

/** As PEM. */
export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** @throws StalledError `SERVER_TLS_UNUSABLE` with the file that is wrong. */
export async function readTls({ certificateFile, keyFile }: TlsFiles): Promise<TlsMaterial> {
  const [cert, key] = await Promise.all([readPem(certificateFile), readPem(keyFile)]);
  if (!isUsable({ cert })) throw unusable(certificateFile, 'it holds no certificate');
  if (isUsable({ cert, key })) return { cert, key };
  throw unusable(keyFile, `it holds no key that belongs to ${certificateFile}`);
}

function isUsable(material: Partial<TlsMaterial>): boolean {
  try {
    createSecureContext(material);
    return true;
  } catch {
    return false;
  }
}

async function readPem(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw unusable(file, `it cannot be read (${code})`);
  }
}

function unusable(file: string, why: string): StalledError {
  return new StalledError('SERVER_TLS_UNUSABLE', `${file}: not served by TLS: ${why}`, file);
}
