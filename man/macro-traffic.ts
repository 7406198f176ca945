/** What a macro of the library is about, from its own lines: protocols and ports, for ftpwall-macros(5). */

/** `tcp 21`, `udp 135,445; tcp 135`, `as HTTP, HTTPS`; empty where no line names a protocol. */
export function trafficOf(macro: string): string {
  const rows = macro
    .split('\n')
    .filter((line) => /^\w/.test(line))
    .map((line) =>
      line
        .replace(/[{;].*$/, '')
        .trim()
        .split(/\s+/),
    );
  const called = rows.flatMap(([action = '', ...rest]) => (rest.length === 0 ? [action] : []));
  const traffic = rows.flatMap(([, source = '-', , protocol = '-', port = '-', from = '-']) =>
    protocol === '-' ? [] : [described(protocol, port, from) + (source === 'DEST' ? ' back' : '')],
  );
  return [...(called.length > 0 ? [`as ${called.join(', ')}`] : []), ...new Set(traffic)].join('; ');
}

function described(protocol: string, port: string, from: string): string {
  const to = port === '-' ? '' : ` ${port}`;
  return `${protocol}${to}${from === '-' ? '' : ` from port ${from}`}`;
}
