import { crc32 } from 'node:zlib';

/** A file of an archive. */
export interface ZipEntry {
  /** Path inside the archive, with `/` between folders. */
  readonly name: string;
  readonly content: Uint8Array;
}

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_CENTRAL = 0x06054b50;
const VERSION = 20;
const UTF8_NAMES = 0x0800;
/** 1 January 1980, the first day that the format knows. */
const FIRST_DAY = 0x0021;
const REGULAR_FILE_0644 = 0o100644;
const MADE_ON_UNIX = (3 << 8) | VERSION;
const MAX_ENTRIES = 0xffff;
const MAX_BYTES = 0xffffffff;

/**
 * Makes a zip archive that depends on the names and the bytes of the files alone: the same files give the same archive,
 * whatever their order, times and rights, on every machine.
 *
 * The files are stored and not compressed, because what a compressor writes differs between versions and processors.
 *
 * @throws RangeError for more files or bytes than the format holds, and for two files of one name
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function createZip(entries: readonly ZipEntry[]): Buffer {
  if (entries.length >= MAX_ENTRIES) throw new RangeError(`an archive holds fewer than ${MAX_ENTRIES} files`);
  const sorted = entries
    .map(({ name, content }) => ({ name: Buffer.from(name), content: Buffer.from(content) }))
    .sort((a, b) => Buffer.compare(a.name, b.name));
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [index, { name, content }] of sorted.entries()) {
    if (sorted[index - 1]?.name.equals(name)) throw new RangeError(`two files are named ${name.toString()}`);
    const shared = describe(name, content);
    const local = Buffer.concat([int32(LOCAL_HEADER), shared, name, content]);
    bodies.push(local);
    directory.push(
      Buffer.concat([
        int32(CENTRAL_HEADER),
        int16(MADE_ON_UNIX),
        shared,
        // Length of a comment, number of the disk, kind of the text.
        int16(0, 0, 0),
        int32((REGULAR_FILE_0644 << 16) >>> 0, offset),
        name,
      ]),
    );
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  if (offset + central.length > MAX_BYTES) throw new RangeError('an archive holds at most 4 GiB');
  const count = sorted.length;
  return Buffer.concat([
    ...bodies,
    central,
    int32(END_OF_CENTRAL),
    int16(0, 0, count, count),
    int32(central.length, offset),
    int16(0),
  ]);
}

/** What both headers of a file say, in the same order: version, flags, method, time, sum, sizes, lengths. */
function describe(name: Buffer, content: Buffer): Buffer {
  const stored = 0;
  const midnight = 0;
  return Buffer.concat([
    int16(VERSION, UTF8_NAMES, stored, midnight, FIRST_DAY),
    int32(crc32(content), content.length, content.length),
    int16(name.length, 0),
  ]);
}

function int16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => bytes.writeUInt16LE(value, index * 2));
  return bytes;
}

function int32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32LE(value, index * 4));
  return bytes;
}
