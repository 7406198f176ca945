/** Findings for the programs of pipelines: JUnit XML, TAP 14 and SARIF 2.1.0. */
import type { Diagnostic } from '../../compiler/diagnostics/message.ts';
import { placeOf, positionOf } from '../../compiler/source.ts';
import { version } from '../generated/version.js';

/** What the messages of a test are about: a mistake is a test that failed, a warning one that passed with a remark. */
interface TestCase {
  readonly name: string;
  readonly failed: boolean;
  readonly text: string;
}

function testCases(found: readonly Diagnostic[]): readonly TestCase[] {
  const cases = found.map(({ code, severity, message, label, help }) => ({
    name: `${placeOf(label.span)} ${code}`,
    failed: severity === 'error',
    text: [message, label.text, ...(help === undefined ? [] : [help])].join('\n'),
  }));
  const failed = cases.some((each) => each.failed);
  return [{ name: 'the configuration has no errors', failed, text: failed ? 'see the other tests' : '' }, ...cases];
}

/** JUnit's XML, as GitLab, Jenkins and others read it. */
export function junitOf(found: readonly Diagnostic[]): string {
  const cases = testCases(found);
  const lines = cases.map(({ name, failed, text }) => {
    const inside = failed
      ? `<failure message="${xml(text.split('\n')[0] ?? '')}">${xml(text)}</failure>`
      : text === ''
        ? ''
        : `<system-out>${xml(text)}</system-out>`;
    return `    <testcase classname="ftpwall" name="${xml(name)}">${inside}</testcase>`;
  });
  const failures = cases.filter(({ failed }) => failed).length;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n  <testsuite name="ftpwall check" tests="${cases.length}" failures="${failures}">\n${lines.join('\n')}\n  </testsuite>\n</testsuites>\n`;
}

/** The Test Anything Protocol, version 14. */
export function tapOf(found: readonly Diagnostic[]): string {
  const cases = testCases(found);
  const lines = cases.flatMap(({ name, failed, text }, index) => [
    `${failed ? 'not ok' : 'ok'} ${index + 1} - ${name.replace(/[#\\]/g, '\\$&')}`,
    ...text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => `# ${line}`),
  ]);
  return `TAP version 14\n1..${cases.length}\n${lines.join('\n')}\n`;
}

/** Static Analysis Results Interchange Format, as code hosts show it beside the lines (OASIS SARIF 2.1.0). */
export function sarifOf(found: readonly Diagnostic[]): string {
  const codes = [...new Set(found.map(({ code }) => code))].sort();
  const results = found.map(({ code, severity, message, label, help }) => ({
    ruleId: code,
    level: severity,
    message: { text: [message, label.text, help].filter((text) => text !== undefined && text !== '').join('\n') },
    locations: [{ physicalLocation: locationOf(label.span) }],
  }));
  const driver = { name: 'ftpwall', version, rules: codes.map((id) => ({ id })) };
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, results }],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function locationOf({ source, start, end }: Diagnostic['label']['span']) {
  const [from, to] = [positionOf(source, start), positionOf(source, end)];
  return {
    artifactLocation: { uri: source.path.split('/').map(encodeURIComponent).join('/') },
    region: { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column },
  };
}

/** Text in XML; characters that XML 1.0 has not are shown as the replacement character. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);
}
