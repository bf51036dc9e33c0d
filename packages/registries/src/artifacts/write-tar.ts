/** Tar and gzip whose bytes depend on nothing but the content: no clock, no owner, no compressor. */
import { crc32 } from 'node:zlib';

export interface ArchiveFile {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

const block = 512;

/** POSIX ustar, in the order of the names. @throws RangeError for a path that no header holds. */
export function writeTar(files: readonly ArchiveFile[]): Uint8Array {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const parts = sorted.flatMap(({ path, bytes }) => [
    headerOf(path, bytes.length),
    bytes,
    Buffer.alloc((block - (bytes.length % block)) % block),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function headerOf(path: string, size: number): Uint8Array {
  const header = Buffer.alloc(block);
  const { prefix, name } = splitPath(path);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  // The sum is made over blanks in its own place.
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\0', 257);
  header.write('00', 263);
  header.write(prefix, 345);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

function splitPath(path: string): { readonly prefix: string; readonly name: string } {
  if (Buffer.byteLength(path) <= 100) return { prefix: '', name: path };
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100) return { prefix, name };
  }
  throw new RangeError(`The path is too long for an archive: ${path.slice(0, 300)}`);
}

/** A stored block holds that much at most. */
const longestBlock = 0xffff;

/**
 * Gzip without compression: compressors give other bytes with each version, and the plan of one machine
 * has to be the artifact of another.
 */
export function writeGzip(content: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])];
  for (let at = 0; at < content.length || at === 0; at += longestBlock) {
    const bytes = content.subarray(at, at + longestBlock);
    const head = Buffer.alloc(5);
    head.writeUInt8(at + longestBlock >= content.length ? 1 : 0, 0);
    head.writeUInt16LE(bytes.length, 1);
    head.writeUInt16LE(bytes.length ^ 0xffff, 3);
    parts.push(head, bytes);
  }
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(crc32(content), 0);
  tail.writeUInt32LE(content.length % 2 ** 32, 4);
  return Buffer.concat([...parts, tail]);
}
