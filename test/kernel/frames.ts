/** Sends many frames into namespaces at once and catches what comes out: the driver of `frames.py`. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** An interface at which frames are sent and caught. */
export interface FramePort {
  readonly name: string;
  readonly namespace: string;
  readonly interface: string;
}

/** A whole Ethernet frame for a port, or (port null) a packet that the namespace `local` sends itself. */
export interface Frame {
  readonly port: string | null;
  readonly bytes: Uint8Array;
}

export interface CaughtFrame {
  readonly port: string;
  /** From the Ethernet header on. */
  readonly bytes: Uint8Array;
}

export interface Exchange {
  readonly ports: readonly FramePort[];
  readonly local: string;
  readonly frames: readonly Frame[];
  /** Seconds without any frame after which all is taken to have come. */
  readonly quiet?: number;
  /** Marks what `local` sends (`localMark`), so that its own stack's answers can be told apart. */
  readonly mark?: boolean;
  /** Empties the table of connections of `local` first. */
  readonly forget?: boolean;
}

/** The packet mark of what `local` sends when asked to mark it. */
export const localMark = 0x0f7b;

const script = fileURLToPath(new URL('frames.py', import.meta.url));

/** All frames in order, then everything that was caught. Some hundred frames take about a tenth of a second. */
export async function exchange({
  ports,
  local,
  frames,
  quiet = 0.02,
  mark = false,
  forget = false,
}: Exchange): Promise<readonly CaughtFrame[]> {
  const order = {
    ports,
    local,
    quiet,
    mark,
    forget,
    frames: frames.map(({ port, bytes }) => ({ port, frame: Buffer.from(bytes).toString('hex') })),
  };
  const { seen } = JSON.parse(await runPython(JSON.stringify(order))) as { seen: { port: string; frame: string }[] };
  return seen.map(({ port, frame }) => ({ port, bytes: Uint8Array.from(Buffer.from(frame, 'hex')) }));
}

function runPython(input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('python3', ['-I', script], { stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
    });
    child.on('error', reject);
    child.on('close', (status) => (status === 0 ? resolve(output) : reject(new Error(`frames.py: ${errors}`))));
    child.stdin.on('error', () => {}); // the script says what is wrong by its exit
    child.stdin.end(input);
  });
}
