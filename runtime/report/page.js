// Answers for one packet from the diagrams that the page carries; nothing is sent anywhere.

/** An IPv4 or IPv6 address as a number; undefined for anything else. */
function addressOf(text) {
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (four) {
    const bytes = four.slice(1).map(Number);
    if (bytes.some((byte) => byte > 255)) return undefined;
    return { version: 4, value: bytes.reduce((all, byte) => all * 256n + BigInt(byte), 0n) };
  }
  const halves = text.split('::');
  if (!/^[0-9a-f:]+$/i.test(text) || halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - (tail ? tail.length : 0);
  if (tail ? missing < 1 : missing !== 0) return undefined;
  const groups = tail ? [...head, ...Array(missing).fill('0'), ...tail] : head;
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return { version: 6, value: groups.reduce((all, group) => all * 65536n + BigInt(`0x${group}`), 0n) };
}

const protocols = { icmp: 1, igmp: 2, tcp: 6, udp: 17, gre: 47, esp: 50, ah: 51, icmpv6: 58, 'ipv6-icmp': 58, sctp: 132 };

function numberOf(text, most) {
  return /^\d+$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}

/** The number of the segment that holds a value. */
function segmentOf(axis, value) {
  let low = 0;
  let high = axis.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (BigInt(`0x${axis.starts[middle]}`) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** What is asked, field by field; a text says what is wrong with it. */
function fieldsOf({ source, destination, protocol, port, sourcePort }) {
  const [from, to] = [addressOf(source.trim()), addressOf(destination.trim())];
  if (!from) return 'The source is not an address.';
  if (!to) return 'The destination is not an address.';
  if (from.version !== to.version) return 'The two addresses are of different IP versions.';
  const { version } = from;
  const typed = protocol.trim().toLowerCase();
  const number = numberOf(typed, 255) ?? protocols[typed];
  if (number === undefined) return 'The protocol is not one by name or number.';
  const fields = new Map([
    [`saddr${version}`, [from.value]],
    [`daddr${version}`, [to.value]],
    ['protocol', [BigInt(number)]],
  ]);
  const isIcmp = number === (version === 4 ? 1 : 58);
  if (port.trim() !== '') {
    const value = numberOf(port.trim(), isIcmp ? 255 : 65535);
    if (value === undefined) return isIcmp ? 'The ICMP type is a number up to 255.' : 'The port is a number up to 65535.';
    if (isIcmp) fields.set('icmp', Array.from({ length: 256 }, (_, code) => BigInt(value * 256 + code)));
    else fields.set('dport', [BigInt(value)]);
  }
  if (sourcePort && sourcePort.trim() !== '' && !isIcmp) {
    const value = numberOf(sourcePort.trim(), 65535);
    if (value === undefined) return 'The source port is a number up to 65535.';
    fields.set('sport', [BigInt(value)]);
  }
  return { version, fields };
}

/** The outcomes of a packet: several where the answer depends on what no packet tells; none where there is no such packet. */
function outcomesOf(packets, zones, question) {
  const read = fieldsOf(question);
  if (typeof read === 'string') return read;
  const isOwn = zones.some(({ name, kind }) => name === question.from && kind === 'firewall');
  const side = isOwn ? packets.firewall : packets.network;
  const allowed = new Map();
  for (const axis of side.axes) {
    const values = read.fields.get(axis.name);
    if (values) allowed.set(axis, new Set(values.map((value) => segmentOf(axis, value))));
  }
  const found = new Set();
  const seen = new Set();
  const visit = (node, axis, prefix) => {
    if (node < 0) {
      if (node < -1) found.add(-2 - node);
      return;
    }
    const [level, no, yes] = side.nodes.slice(node * 3, node * 3 + 3);
    const at = side.axes.find((each) => level >= each.level && level < each.level + each.bits);
    const open = at === axis ? prefix : [];
    const key = `${node} ${open.map(([bit, value]) => `${bit}${value}`).join()}`;
    if (seen.has(key)) return;
    seen.add(key);
    const segments = at && allowed.get(at);
    for (const [value, next] of [[0, no], [1, yes]]) {
      if (!segments) {
        visit(next, at, []);
        continue;
      }
      const bits = [...open, [at.bits - 1 - (level - at.level), value]];
      if ([...segments].some((segment) => bits.every(([bit, wanted]) => ((segment >> bit) & 1) === wanted)))
        visit(next, at, bits);
    }
  };
  for (const root of side.roots[`${question.from} ${question.to} ${read.version}`] ?? []) visit(root, undefined, []);
  return [...found].map((index) => side.outcomes[index]);
}

const verdictWords = { accept: 'accepted ✓', drop: 'dropped ✕', reject: 'rejected ↩', queue: 'left to a program', unknown: 'left to words of nft' };

function tell(into, text, className) {
  const line = into.ownerDocument.createElement('p');
  line.textContent = text;
  if (className) line.className = className;
  into.append(line);
}

function answer(into, data, question) {
  into.replaceChildren();
  const outcomes = outcomesOf(data.packets, data.zones, question);
  if (typeof outcomes === 'string') return tell(into, outcomes);
  if (outcomes.length === 0)
    return tell(into, `There is no such first packet: look whether the addresses are those of ${question.from} and ${question.to}.`);
  if (outcomes.length > 1) tell(into, 'It depends on what no packet tells, or on what is left open here:');
  for (const { verdict, line, dnat, snat } of outcomes) {
    tell(into, `${verdictWords[verdict]} — ${line}${data.lines[line] ? `: ${data.lines[line]}` : ''}`, 'line');
    if (dnat) tell(into, `destination: ${dnat}`, 'line');
    if (snat) tell(into, `source: ${snat}`, 'line');
  }
}

function start() {
  const data = JSON.parse(document.getElementById('firewall').textContent);
  const form = document.getElementById('ask');
  if (form && data.packets) {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      answer(document.getElementById('answer'), data, Object.fromEntries(new FormData(form)));
    });
  }
  window.addEventListener('beforeprint', () => {
    for (const each of document.querySelectorAll('details')) each.open = true;
  });
}

if (typeof document !== 'undefined') start();
