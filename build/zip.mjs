/** Writes a zip archive (APPNOTE.TXT 6.3.10 of PKWARE): deflated files, the same bytes for the same files. */
import { deflateRawSync } from 'node:zlib';

/** The archive of these files, by their paths in it, in their order. */
export function zip(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [path, content] of Object.entries(files)) {
    const data = Buffer.from(content);
    const packed = deflateRawSync(data, { level: 9 });
    const name = Buffer.from(path);
    const fields = commonFields(data, packed, name);
    const local = Buffer.concat([signature(0x04034b50), fields, name]);
    directory.push(directoryEntry(fields, name, offset));
    parts.push(local, packed);
    offset += local.length + packed.length;
  }
  const entries = Buffer.concat(directory);
  return Buffer.concat([...parts, entries, endOfDirectory(directory.length, entries.length, offset)]);
}

/** What a file's header and its entry in the directory share: from the version on to the length of the extra field. */
function commonFields(data, packed, name) {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0); // version 2.0: deflate
  fields.writeUInt16LE(0x0800, 2); // names are UTF-8
  fields.writeUInt16LE(8, 4); // deflated
  fields.writeUInt16LE(0, 6); // midnight
  fields.writeUInt16LE(0x21, 8); // 1 January 1980, the first day that there is
  fields.writeUInt32LE(crc32(data), 10);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(data.length, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

function directoryEntry(fields, name, offset) {
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE((0o100644 << 16) >>> 0, 6); // mode
  tail.writeUInt32LE(offset, 10);
  const made = Buffer.from([20, 3]); // by version 2.0, on Unix
  return Buffer.concat([signature(0x02014b50), made, fields, tail, name]);
}

function endOfDirectory(count, length, offset) {
  const end = Buffer.alloc(18);
  end.writeUInt16LE(count, 4);
  end.writeUInt16LE(count, 6);
  end.writeUInt32LE(length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([signature(0x06054b50), end]);
}

function signature(number) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}

/** CRC-32 (ISO 3309), bit by bit from a table. */
const table = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

function crc32(data) {
  let value = 0xffffffff;
  for (const byte of data) value = (value >>> 8) ^ table[(value ^ byte) & 0xff];
  return (value ^ 0xffffffff) >>> 0;
}
