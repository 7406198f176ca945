/** Lines of the kernel log, and of files of the same form: those of packets. */
import { closeSync, constants, createReadStream, openSync, readSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** Reads what is there, then, to follow it, what comes; ends when `line` says that nobody listens. */
export async function readLog(file: string, follow: boolean, line: (text: string) => boolean): Promise<void> {
  if (file === kernelLog) return readKernel(follow, line);
  const lines = createInterface({ input: createReadStream(file, { encoding: 'utf8' }) });
  let size = 0;
  for await (const text of lines) {
    size += Buffer.byteLength(text) + 1;
    if (!line(text)) return;
  }
  if (follow) await followFile(file, size, line);
}

/** The device of the kernel log (Documentation/ABI/testing/dev-kmsg). */
export const kernelLog = '/dev/kmsg';

/** `6,1234,5678901,-;net-fw DROP IN=eth0 …`: one record a read. */
async function readKernel(follow: boolean, line: (text: string) => boolean): Promise<void> {
  const handle = openSync(kernelLog, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const record = Buffer.alloc(8192);
    for (;;) {
      const read = readRecord(handle, record);
      if (read === 'again') {
        if (!follow) return;
        await sleep(200);
      } else if (read !== 'lost') {
        const text = /^[^;]*;([^\n]*)/.exec(read)?.[1];
        if (text !== undefined && !line(text)) return;
      }
    }
  } finally {
    closeSync(handle);
  }
}

/** A record, or that there is none now, or that some were overwritten before they were read. */
function readRecord(handle: number, record: Buffer): string | 'again' | 'lost' {
  try {
    return record.toString('utf8', 0, readSync(handle, record, 0, record.length, null));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EAGAIN') return 'again';
    if (code === 'EPIPE' || code === 'EINVAL') return 'lost';
    throw error;
  }
}

/** A file that grows; one that is replaced is read from its beginning. */
async function followFile(file: string, start: number, line: (text: string) => boolean): Promise<void> {
  let at = start;
  let rest = '';
  for (;;) {
    await sleep(200);
    const handle = openSync(file, 'r');
    try {
      const part = Buffer.alloc(65536);
      for (let count = readSync(handle, part, 0, part.length, at); count > 0; ) {
        at += count;
        const texts = `${rest}${part.toString('utf8', 0, count)}`.split('\n');
        rest = texts.pop() ?? '';
        for (const text of texts) if (!line(text)) return;
        count = readSync(handle, part, 0, part.length, at);
      }
    } finally {
      closeSync(handle);
    }
  }
}
