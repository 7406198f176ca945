/** What stage 3 says of named sets and of the file `ipsets`. */
import { error, warning } from '../diagnostic.ts';
import type { Label } from '../message.ts';

export const setFieldsMissing = error('set-fields-missing', (name: string, count: number) => ({
  message: `an element of \`${name}\` has ${count} parts, and not all of them are named here`,
  label: `needs ${count} of \`src\` and \`dst\` after the name`,
  help: `write \`+${name}[${Array.from({ length: count }, () => 'src').join(',')}]\`, with \`src\` or \`dst\` for each part`,
}));

export const setTypeMismatch = error('set-type-mismatch', (name: string) => ({
  message: `set \`${name}\` does not hold the type this column matches`,
  label: 'elements of another kind',
  help: 'use sets of ports in DPORT and SPORT, sets of addresses in SOURCE and DEST; only the MAC address of the sender can be matched',
}));

export const setCannotBeFilled = error('set-cannot-be-filled', (name: string) => ({
  message: `rules cannot change \`${name}\``,
  label: 'a set of networks or ranges, or a list of sets',
  help: 'rules can only add single values: declare the set as `hash:ip`',
}));

export const unreadableSetLine = error('unreadable-set-line', (expected: string) => ({
  message: 'this line of `ipsets` cannot be read',
  label: expected,
  help: 'the file holds what `ipset save` prints: `create NAME TYPE …` and `add NAME ELEMENT …`',
}));

export const unknownSetType = error('unknown-set-type', (type: string, suggestion: string | undefined) => ({
  message: `sets of type \`${type}\` have no equivalent in nftables`,
  label: 'not a type that can be made',
  help:
    suggestion === undefined
      ? 'types are hash: or bitmap: with ip, net, port, mac, iface and mark, and list:set'
      : `write \`${suggestion}\``,
}));

export const unknownSetOption = error('unknown-set-option', (option: string) => ({
  message: `the option \`${option}\` of a set has no equivalent in nftables`,
  label: 'without it the elements would mean something else',
  help: 'leave it out, and write the elements as they are meant',
}));

export const badSetElement = error('bad-set-element', (text: string, wanted: string) => ({
  message: `\`${text}\` cannot be an element of this set`,
  label: `expected ${wanted}`,
  help: `write ${wanted}`,
}));

export const setTwice = error('set-twice', (name: string, first: Label) => ({
  message: `the set \`${name}\` is created twice`,
  label: 'created again here',
  related: [first],
  help: 'keep one of the two lines',
}));

export const unknownSet = error('unknown-set', (name: string, suggestion: string | undefined) => ({
  message: `no line creates the set \`${name}\``,
  label: 'no set of this file has this name',
  help: suggestion === undefined ? `write \`create ${name} hash:ip\` above this line` : `write \`${suggestion}\``,
}));

export const switchTwoValues = error('switch-two-values', (name: string, other: Label) => ({
  message: `two lines give the switch \`${name}\` different initial values`,
  label: 'one value',
  related: [other],
  help: 'write `=0` or `=1` in one of the lines only',
}));

export const setOfOtherVersion = warning('set-of-other-version', (name: string, version: string) => ({
  message: `the set \`${name}\` holds ${version} addresses, which are not compiled here`,
  label: `of ${version}`,
  help: 'set `FAMILY=both`; until then, rules with this set match no packet',
}));
