/**
 * Runs in the namespace of a host and does there what the lab asks: one JSON object a line in, one a line out.
 * Plain JavaScript, because it is started by itself.
 */
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';

const host = process.argv[2];

/** Milliseconds of patience are counted in pieces of this length. */
const tick = 20;

/** Milliseconds for a server that has taken a connection to say who it is. */
const greetingTime = 10_000;

const tasks = {
  /** Serves a port: whoever comes is told the name of this host, and the address that was seen of him. */
  serve({ protocol, port }) {
    return protocol === 'tcp' ? serveTcp(port) : serveUdp(port);
  },
  attempt(task) {
    return task.protocol === 'tcp' ? attemptTcp(task) : attemptUdp(task);
  },
  /** Serves a port as the text says: a greeting, then an answer for each line, whatever the line is. */
  recite({ port, answers }) {
    const server = createServer((socket) => {
      const left = [...answers];
      const next = () => left.length > 0 && socket.write(`${left.shift()}\r\n`);
      socket.on('error', () => {});
      socket.on('data', (data) => String(data).split('\n').slice(1).forEach(next));
      next();
    });
    return listens(server, port);
  },
  /** Says each line after an answer was heard, and keeps the connection open; resolves when the last one is answered. */
  converse,
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, task, ...rest } = JSON.parse(line);
  tasks[task](rest).then(
    (result) => answer({ id, result }),
    (error) => answer({ id, error: String(error) }),
  );
}

function answer(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function greeting(address) {
  return JSON.stringify({ by: host, seen: address.replace(/^::ffff:/, '') });
}

function serveTcp(port) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.end(`${greeting(socket.remoteAddress ?? '')}\n`);
  });
  return listens(server, port);
}

function listens(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '::' }, () => resolve({}));
  });
}

function serveUdp(port) {
  const socket = createSocket('udp6');
  socket.on('message', (_, from) => socket.send(greeting(from.address), from.port, from.address));
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, '::', () => resolve({}));
  });
}

function converse({ address, port, lines, patience }) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port });
    const timer = setTimeout(() => reject(new Error(`no answer after: ${heard.join(' | ')}`)), patience);
    const heard = [];
    const left = [...lines];
    createInterface({ input: socket }).on('line', (line) => {
      heard.push(line.trim());
      // A reply of several lines goes on until its code stands before a space (RFC 959, section 4.2).
      if (/^\d{3}-/.test(line) || /^ /.test(line)) return;
      const next = left.shift();
      if (next !== undefined) socket.write(`${next}\r\n`);
      else {
        clearTimeout(timer);
        resolve({ heard });
      }
    });
    socket.on('error', reject);
  });
}

/**
 * Calls `silent` when `patience` milliseconds have passed in which this process could look for an answer: on a machine that
 * has other things to do each piece takes longer, for us as for those who should answer, and what has come is read first.
 * Returned is what ends the waiting.
 */
function whenSilent(patience, silent) {
  let left = Math.ceil(patience / tick);
  let ended = false;
  const next = () => {
    if (ended) return;
    left -= 1;
    if (left < 0) silent();
    else setTimeout(() => setImmediate(next), tick);
  };
  next();
  return () => {
    ended = true;
  };
}

/** Connected only when the server was heard: a SYN-ACK alone does not say who answered. */
function attemptTcp({ address, port, sourcePort, patience }) {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, localPort: sourcePort });
    const end = (outcome) => {
      stop();
      socket.destroy();
      resolve(outcome);
    };
    const silent = () => end({ kind: 'silence' });
    let stop = whenSilent(patience, silent);
    socket.on('connect', () => {
      stop();
      stop = whenSilent(greetingTime, silent);
    });
    let heard = '';
    socket.on('data', (data) => {
      heard += data;
      if (heard.includes('\n')) end({ kind: 'connected', ...JSON.parse(heard) });
    });
    socket.on('error', ({ code }) => end({ kind: 'refused', code }));
    socket.on('end', () => end({ kind: 'connected' }));
  });
}

function attemptUdp({ address, port, sourcePort, patience }) {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    const end = (outcome) => {
      stop();
      socket.close();
      resolve(outcome);
    };
    const stop = whenSilent(patience, () => end({ kind: 'silence' }));
    socket.on('message', (data) => end({ kind: 'connected', ...JSON.parse(String(data)) }));
    socket.on('error', ({ code }) => end({ kind: 'refused', code }));
    // Only a connected socket is told of an ICMP error.
    socket.bind(sourcePort, () => socket.connect(port, address, () => socket.send('hello')));
  });
}
