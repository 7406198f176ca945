/** The page of a report: one file that asks nobody for anything. The same description makes the same bytes. */
import { createHash } from 'node:crypto';
import type { MatrixCell } from '../../compiler/answers/matrix.ts';
import { report as parts } from '../generated/report.js';
import { changesSince, type Description, type ReportLine } from './description.ts';
import { type Html, html, jsonBlock, trusted } from './html.ts';
import { zoneMap } from './zone-map.ts';

/** What each verdict is called, by a letter, a sign and a word: colour alone says nothing. */
const marks = {
  accept: { letter: 'A', sign: '✓', word: 'accepted' },
  drop: { letter: 'D', sign: '✕', word: 'dropped' },
  reject: { letter: 'R', sign: '↩', word: 'rejected' },
  partly: { letter: 'P', sign: '◐', word: 'partly accepted' },
} as const;

/** The page; `since`: an earlier report to compare with. */
export function pageOf(description: Description, since?: Description): string {
  const { css = '', js = '' } = Object.fromEntries(
    Object.entries(parts()).map(([name, text]) => [name.replace('page.', ''), text]),
  );
  const policy = `default-src 'none'; style-src '${hashOf(css)}'; script-src '${hashOf(js)}'; base-uri 'none'; form-action 'none'`;
  const sections = sectionsOf(description, since);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Firewall ${description.name}</title>
<style>${trusted(css)}</style>
</head>
<body>
<header>
<h1>Firewall ${description.name}</h1>
<p class="faint">${description.versions.join(' and ')}; ${description.zones.length} zones. Made by ftpwall from the configuration, for all packets; nothing was sent.</p>
<nav aria-label="Parts of this page"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main>
${sections.map(({ id, title, body }) => html`<section aria-labelledby="${id}"${id === 'packet' ? trusted(' class="screen"') : ''}><h2 id="${id}">${title}</h2>\n${body}\n</section>\n`)}</main>
<script type="application/json" id="firewall">${jsonBlock(description)}</script>
<script>${trusted(js)}</script>
</body>
</html>
`.html;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

function sectionsOf(description: Description, since: Description | undefined): readonly Section[] {
  const { warnings, assertions, counters, packets } = description;
  return [
    { id: 'map', title: 'Zones', body: zonesBody(description) },
    { id: 'matrix', title: 'What passes between zones', body: matrixBody(description) },
    ...(packets ? [{ id: 'packet', title: 'Ask about a packet', body: packetBody(description) }] : []),
    { id: 'nat', title: 'NAT', body: natBody(description) },
    { id: 'ftp', title: 'FTP', body: ftpBody(description) },
    { id: 'warnings', title: `Warnings (${warnings.length})`, body: warningsBody(description) },
    {
      id: 'promises',
      title: `Assertions (${assertions.length})`,
      body: listed(assertions, 'The file assertions promises nothing.', 'Each holds for all packets.'),
    },
    ...(since ? [{ id: 'since', title: 'Since the earlier report', body: sinceBody(since, description) }] : []),
    ...(counters ? [{ id: 'counters', title: 'Counters', body: countersBody(description) }] : []),
  ];
}

function zonesBody(description: Description): Html {
  const rows = description.zones.map(
    ({ name, kind, parents, places }) =>
      html`<tr><th scope="row">${name}</th><td>${kind === 'firewall' ? 'the firewall itself' : kind}${parents.length > 0 ? `, part of ${parents.join(', ')}` : ''}</td><td class="line">${places.join('; ')}</td></tr>\n`,
  );
  return html`${zoneMap(description)}
${table('Zones', ['zone', 'kind', 'interfaces and hosts'], rows)}`;
}

function matrixBody({ zones, services, cells, lines }: Description): Html {
  const byPlace = new Map(cells.map((cell) => [`${cell.from} ${cell.to} ${cell.service}`, cell]));
  const pairs = zones.flatMap(({ name: from }) => zones.map(({ name: to }) => ({ from, to })));
  const rows = pairs
    .filter(({ from, to }) => services.some((service) => byPlace.has(`${from} ${to} ${service}`)))
    .map(
      ({ from, to }) =>
        html`<tr><th scope="row">${from} &rarr; ${to}</th>${services.map((service) => cellOf(byPlace.get(`${from} ${to} ${service}`), lines))}</tr>\n`,
    );
  const legend = Object.entries(marks).map(
    ([name, { letter, sign, word }]) => html`<li class="${name}">${letter} ${sign} ${word}</li>`,
  );
  return html`<p>First packets of connections, by the zone that they come from, the zone that they go to, and their service. Open a cell for the lines that decide.</p>
<ul class="legend" aria-label="Signs">${legend}</ul>
<div class="scroll matrix" role="region" aria-label="Matrix of zones and services" tabindex="0"><table>
<thead><tr><th scope="col">from &rarr; to</th>${services.map((service) => html`<th scope="col">${service}</th>`)}</tr></thead>
<tbody>
${rows}</tbody></table></div>`;
}

function cellOf(cell: MatrixCell | undefined, lines: Description['lines']): Html {
  if (!cell) return html`<td class="none">&ndash;</td>`;
  const { letter, sign, word } = marks[cell.verdict];
  const items = cell.lines.map(
    (line) => html`<li><code>${line}</code>${lines[line] === undefined ? '' : ` ${lines[line]}`}</li>`,
  );
  return html`<td class="${cell.verdict}"><details><summary><abbr title="${word}">${letter}</abbr> <span aria-hidden="true">${sign}</span></summary><ul>${items.length > 0 ? items : [html`<li>no line of the configuration</li>`]}</ul></details></td>`;
}

function packetBody({ zones }: Description): Html {
  const options = zones.map(({ name }) => html`<option>${name}</option>`);
  const field = (name: string, label: string, value: string, hint: string) =>
    html`<label>${label}<input name="${name}" value="${value}" placeholder="${hint}" autocomplete="off" spellcheck="false"></label>`;
  return html`<div class="screen"><p>Type the first packet of a connection as its client sends it: the address of the destination is the one before DNAT. The page itself answers.</p>
<form id="ask" aria-label="Packet">
<label>From zone<select name="from">${options}</select></label>
${field('source', 'Source address', '', '198.51.100.7')}
<label>To zone<select name="to">${options}</select></label>
${field('destination', 'Destination address', '', '10.0.1.5')}
${field('protocol', 'Protocol', 'tcp', 'tcp')}
${field('port', 'Port or ICMP type', '', '443')}
<button>Ask</button>
</form></div>
<div id="answer" class="screen" role="status" aria-live="polite"></div>`;
}

function natBody({ nat }: Description): Html {
  if (nat.length === 0) return html`<p>No address is translated.</p>`;
  const rows = nat.map(
    ({ line, text, to }) =>
      html`<tr><th scope="row"><code>${line}</code></th><td class="line">${text}</td><td class="line">${to}</td></tr>\n`,
  );
  return table('NAT', ['line', 'as written', 'translation'], rows);
}

function ftpBody({ ftp, ftpPorts }: Description): Html {
  const ports = html`<p>Ports that speak FTP: ${ftpPorts.join(', ')}.</p>`;
  if (ftp.length === 0) return html`${ports}<p>No line lets FTP through.</p>`;
  const rows = ftp.map(
    ({ line, text, from, to, how }) =>
      html`<tr><th scope="row"><code>${line}</code></th><td>${from}</td><td>${to}</td><td>${how}</td><td class="line">${text}</td></tr>\n`,
  );
  return html`${ports}${table('FTP', ['line', 'from', 'to', 'transfers by', 'as written'], rows)}`;
}

function warningsBody({ warnings }: Description): Html {
  if (warnings.length === 0) return html`<p>The compiler warns of nothing.</p>`;
  const rows = warnings.map(
    ({ line, code, message, text }) =>
      html`<tr><th scope="row"><code>${line}</code></th><td>${code}</td><td>${message}</td><td class="line">${text}</td></tr>\n`,
  );
  return table('Warnings', ['line', 'code', 'warning', 'as written'], rows);
}

function sinceBody(before: Description, after: Description): Html {
  const changes = changesSince(before, after);
  const nat = (description: Description) => new Set(description.nat.map(({ text, to }) => `${text} → ${to}`));
  const [old, young] = [nat(before), nat(after)];
  const translations = [
    ...[...old].filter((each) => !young.has(each)).map((each) => `no longer: ${each}`),
    ...[...young].filter((each) => !old.has(each)).map((each) => `new: ${each}`),
  ];
  if (changes.length === 0 && translations.length === 0)
    return html`<p>No cell of the matrix and no translation is otherwise than in the report of ${before.name}.</p>`;
  const rows = changes.map(
    ({ from, to, service, before: was, after: is }) =>
      html`<tr><th scope="row">${from} &rarr; ${to}</th><td>${service}</td><td>${wordOf(was)}</td><td>${wordOf(is)}</td></tr>\n`,
  );
  return html`${rows.length > 0 ? [table('Changes', ['from → to', 'service', 'before', 'now'], rows)] : []}${translations.length > 0 ? [html`<ul>${translations.map((each) => html`<li class="line">${each}</li>`)}</ul>`] : []}`;
}

function wordOf(verdict: string | undefined): string {
  if (verdict === undefined) return 'not there';
  const { letter, sign, word } = marks[verdict as keyof typeof marks] ?? { letter: '', sign: '', word: verdict };
  return `${letter} ${sign} ${word}`;
}

function countersBody({ counters = [], lines }: Description): Html {
  const rows = counters.map(
    ({ place, packets, bytes }) =>
      html`<tr><th scope="row"><code>${place}</code></th><td>${packets === 0 ? 'never' : packets}</td><td>${bytes}</td><td class="line">${lines[place] ?? ''}</td></tr>\n`,
  );
  return table('Counters', ['line', 'packets', 'bytes', 'as written'], rows);
}

function listed(all: readonly ReportLine[], none: string, about: string): Html {
  if (all.length === 0) return html`<p>${none}</p>`;
  return html`<p>${about}</p><ul>${all.map(({ line, text }) => html`<li><code>${line}</code> <span class="line">${text}</span></li>`)}</ul>`;
}

function table(name: string, heading: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="scroll" role="region" aria-label="${name}: table" tabindex="0"><table>
<thead><tr>${heading.map((word) => html`<th scope="col">${word}</th>`)}</tr></thead>
<tbody>
${rows}</tbody></table></div>`;
}
