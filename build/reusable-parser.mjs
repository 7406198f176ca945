/**
 * A parser of peggy (5.1.0) makes all of its functions and constants again at each call, some hundreds of objects for a
 * cell of a dozen characters. Here they are made once: what a call sets lies in variables beside them. A parser calls
 * neither itself nor another one, so one set of variables is enough.
 */

/** What is replaced, in the order in which it stands; each must be there once. */
const beginning = 'function peg$parse(input, options) {\n  options = options !== undefined ? options : {};\n';
const source = '  const peg$source = options.grammarSource;\n';
const firstRule = /^ {2}let peg\$startRuleFunction = (peg\$parse\w+);\n/m;
const state = `  let peg$currPos = options.peg$currPos | 0;
  let peg$savedPos = peg$currPos;
  const peg$posDetailsCache = [{ line: 1, column: 1 }];
  let peg$maxFailPos = peg$currPos;
  let peg$maxFailExpected = options.peg$maxFailExpected || [];
  let peg$silentFails = options.peg$silentFails | 0;

  let peg$result;

  if (options.startRule) {
    if (!(options.startRule in peg$startRuleFunctions)) {
      throw new Error("Can't start parsing from rule \\"" + options.startRule + "\\".");
    }

    peg$startRuleFunction = peg$startRuleFunctions[options.startRule];
  }
`;
const ending = '\n  peg$result = peg$startRuleFunction();\n';

/** The text of a parser that peggy has made, as one that is called often. */
export function reusable(parser) {
  const [, rule] = firstRule.exec(parser) ?? [];
  if (rule === undefined || /^ {2}(?:let|var) (?!peg\$)/m.test(parser))
    throw new Error('peggy makes another parser now');
  const endAt = parser.indexOf(ending);
  const closeAt = parser.indexOf('\n}\n', endAt);
  if (closeAt === -1) throw new Error('peggy makes another parser now');
  const call = `
  return (peg$text, peg$options = {}) => {
    input = peg$text;
    options = peg$options;
    peg$source = options.grammarSource;
    peg$startRuleFunction = peg$startRuleFunctions[options.startRule ?? peg$firstRule];
    if (!peg$startRuleFunction) throw new Error("Can't start parsing from rule \\"" + options.startRule + "\\".");
    peg$currPos = peg$savedPos = peg$maxFailPos = peg$silentFails = 0;
    peg$posDetailsCache = [{ line: 1, column: 1 }];
    peg$maxFailExpected = [];
`;
  let made = `${parser.slice(0, endAt)}${call}${parser.slice(endAt, closeAt)}\n  };\n})();\n${parser.slice(closeAt + 3)}`;
  const replace = (old, next) => {
    if (made.split(old).length !== 2) throw new Error(`peggy makes another parser now: ${old}`);
    made = made.replace(old, () => next);
  };
  replace(beginning, 'const peg$parse = (() => {\n  let input, options, peg$source, peg$startRuleFunction;\n');
  replace(source, '');
  replace(`  let peg$startRuleFunction = ${rule};\n`, `  const peg$firstRule = "${rule.slice('peg$parse'.length)}";\n`);
  replace(
    state,
    '  let peg$currPos, peg$savedPos, peg$posDetailsCache, peg$maxFailPos, peg$maxFailExpected, peg$silentFails, peg$result;\n',
  );
  return made;
}
