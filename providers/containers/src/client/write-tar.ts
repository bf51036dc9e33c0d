/** Writes files as a tar archive, the one way in which an engine takes them (POSIX ustar). */

export interface ArchiveFile {
  /** Absolute in the container. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** With an entry for no folder: the engine makes those that are missing. */
export function writeTar(files: readonly ArchiveFile[]): Uint8Array {
  const blocks = files.flatMap((file) => [
    ...longName(nameOf(file)),
    header(shortName(nameOf(file)), file, { size: file.content.byteLength, type: '0' }),
    padded(file.content),
  ]);
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function nameOf({ path }: ArchiveFile): string {
  return path.replace(/^\/+/, '');
}

/** Beyond 100 bytes a name goes into an entry of its own, as GNU tar writes it. */
function longName(name: string): readonly Buffer[] {
  const bytes = Buffer.from(`${name}\0`);
  if (bytes.length <= 100) return [];
  const file = { path: '', content: bytes, mode: 0o644, uid: 0, gid: 0 };
  return [header('././@LongLink', file, { size: bytes.length, type: 'L' }), padded(bytes)];
}

function shortName(name: string): Buffer {
  return Buffer.from(name).subarray(0, 100);
}

function header(
  name: Buffer | string,
  { mode, uid, gid }: ArchiveFile,
  { size, type }: { readonly size: number; readonly type: string },
): Buffer {
  const block = Buffer.alloc(512);
  Buffer.from(name).copy(block, 0);
  const octal = (value: number, length: number): string =>
    `${value.toString(8).padStart(length - 1, '0')}\0`;
  block.write(octal(mode, 8), 100);
  block.write(octal(uid, 8), 108);
  block.write(octal(gid, 8), 116);
  block.write(octal(size, 12), 124);
  // No time: the same files are the same bytes.
  block.write(octal(0, 12), 136);
  block.write('        ', 148);
  block.write(type, 156);
  block.write('ustar\u000000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function padded(content: Uint8Array): Buffer {
  const block = Buffer.alloc(Math.ceil(content.byteLength / 512) * 512);
  block.set(content);
  return block;
}
