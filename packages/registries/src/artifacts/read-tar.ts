/**
 * Reads archives of strangers.
 *
 * T1. Only regular files come out. Links, devices and whatever else leads elsewhere are refused.
 * T2. No path leaves the archive, and none is there twice.
 * T3. Number and size are bounded, before anything is copied.
 * T4. What other readers would take for other files is refused: sizes and names that stand elsewhere once more.
 */
import { readPax } from './read-pax.ts';
import type { ArchiveFile } from './write-tar.ts';

export interface ArchiveBounds {
  readonly files: number;
  /** Of all files together. */
  readonly bytes: number;
}

/** Why an archive is refused; part of a message. */
export class ArchiveRefused extends Error {
  override readonly name = 'ArchiveRefused';
}

const block = 512;
const longestPath = 1024;
/** Of a header that holds a long name. */
const longestExtra = 64 * 1024;

export function readTar(tar: Uint8Array, bounds: ArchiveBounds): readonly ArchiveFile[] {
  const archive = Buffer.from(tar.buffer, tar.byteOffset, tar.length);
  const reader = new TarReader(bounds);
  let at = 0;
  while (at + block <= archive.length) {
    const header = archive.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) return reader.files;
    const size = reader.checkHeader(header);
    if (at + block + size > archive.length) throw new ArchiveRefused('it ends too early');
    reader.take(header, archive.subarray(at + block, at + block + size));
    at += block + Math.ceil(size / block) * block;
  }
  throw new ArchiveRefused('it ends too early');
}

class TarReader {
  readonly files: ArchiveFile[] = [];
  readonly #bounds: ArchiveBounds;
  readonly #seen = new Set<string>();
  #bytes = 0;
  #entries = 0;
  #longName: string | undefined;

  constructor(bounds: ArchiveBounds) {
    this.#bounds = bounds;
  }

  /** The size of what follows. */
  checkHeader(header: Buffer): number {
    const blanked = Buffer.from(header).fill(' ', 148, 156);
    const sum = blanked.reduce((total, byte) => total + byte, 0);
    if (numberOf(header, 148, 8) !== sum) throw new ArchiveRefused('a header is damaged');
    this.#entries += 1;
    // Folders and long names have entries of their own.
    if (this.#entries > this.#bounds.files * 3) throw new ArchiveRefused('it has too many entries');
    return numberOf(header, 124, 12);
  }

  take(header: Buffer, content: Buffer): void {
    const kind = String.fromCharCode(header[156] ?? 0);
    if (kind === 'L' || kind === 'x') {
      this.#rename(kind, content);
      return;
    }
    const path = this.#longName ?? nameOf(header);
    this.#longName = undefined;
    if (kind === '5') return;
    if (kind === 'g') {
      if (paxPath(content) !== undefined) throw new ArchiveRefused('all files have one name');
      return;
    }
    if (kind !== '0' && kind !== '\0') {
      throw new ArchiveRefused(`${quote(path)} is no regular file`);
    }
    this.#add(path.replace(/^(?:\.\/)+/, ''), content);
  }

  /** What the next entry is called, by GNU or by POSIX. */
  #rename(kind: 'L' | 'x', content: Buffer): void {
    if (content.length > longestExtra) throw new ArchiveRefused('a name is too long');
    if (this.#longName !== undefined) throw new ArchiveRefused('a file has two names');
    this.#longName = kind === 'L' ? textOf(content) : paxPath(content);
  }

  #add(path: string, content: Buffer): void {
    if (!isInside(path)) throw new ArchiveRefused(`${quote(path)} leads out of it`);
    if (this.#seen.has(path)) throw new ArchiveRefused(`${quote(path)} is there twice`);
    this.#seen.add(path);
    this.#bytes += content.length;
    if (this.#seen.size > this.#bounds.files) throw new ArchiveRefused('it has too many files');
    if (this.#bytes > this.#bounds.bytes) throw new ArchiveRefused('it is too large');
    this.files.push({ path, bytes: content });
  }
}

/** Relative, without steps upwards, and of signs that mean the same everywhere. */
export function isInside(path: string): boolean {
  const steps = path.split('/');
  return (
    path !== '' &&
    path.length <= longestPath &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused.
    !/[\\\u0000-\u001f\u007f]|^[a-z]:/i.test(path) &&
    steps.every((step) => step !== '' && step !== '.' && step !== '..')
  );
}

function nameOf(header: Buffer): string {
  const name = textOf(header.subarray(0, 100));
  const isUstar = header.toString('latin1', 257, 262) === 'ustar';
  const prefix = isUstar ? textOf(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

function textOf(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end);
}

/** T4 */
function paxPath(content: Buffer): string | undefined {
  const records = readPax(content);
  if (!records) throw new ArchiveRefused('a header is damaged');
  const odd = records.find(({ name }) => name === 'size' || name.startsWith('GNU.sparse'));
  if (odd) throw new ArchiveRefused('a file has another size than its header says');
  const paths = records.filter(({ name }) => name === 'path');
  if (paths.length > 1) throw new ArchiveRefused('a file has two names');
  return paths[0]?.value;
}

/** Octal; the other form is for what is larger than everything allowed. */
function numberOf(header: Buffer, start: number, length: number): number {
  const text = header.toString('latin1', start, start + length).replaceAll(/[\0 ]/g, '');
  if (!/^[0-7]{1,12}$/.test(text)) throw new ArchiveRefused('a header is damaged');
  return Number.parseInt(text, 8);
}

function quote(path: string): string {
  return JSON.stringify(path.slice(0, 100));
}
