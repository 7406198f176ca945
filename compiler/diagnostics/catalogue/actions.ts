/** What stage 3 says of macros and actions: names, parameters and options. */
import { error, warning } from '../diagnostic.ts';
import type { Label } from '../message.ts';

export const missingActionFile = error('missing-action-file', (name: string) => ({
  message: `action \`${name}\` has no file`,
  label: `there is no \`action.${name}\``,
  help: `write its lines into \`action.${name}\`, or take the name out of \`actions\``,
}));

export const actionNameTaken = warning('action-name-taken', (name: string) => ({
  message: `\`${name}\` is a target and cannot be the name of an action`,
  label: 'this line has no effect',
  help: 'choose another name',
}));

export const tooManyParameters = error('too-many-parameters', (name: string, most: number) => ({
  message: `\`${name}\` takes ${most === 1 ? 'one parameter' : `${most} parameters`} at most`,
  label: 'one too many',
  help: 'DEFAULTS in the file of an action lists its parameters',
}));

export const actionProtocol = error('action-protocol', (name: string, wanted: string) => ({
  message: `action \`${name}\` is for ${wanted} only`,
  label: `not ${wanted}`,
  help: `write \`${wanted}\``,
}));

export const actionNotHere = error('action-not-here', (name: string, file: string, declared: Label | undefined) => ({
  message: `action \`${name}\` may be used in \`${file}\` only`,
  label: `not an action for this file`,
  related: declared ? [declared] : [],
  help:
    file === 'rules'
      ? 'give it the option `nat` in `actions`, and lines of `snat` in its file'
      : `take the option \`${file === 'snat' ? 'nat' : file}\` out of its line in \`actions\`, or use another action`,
}));

export const unknownModifier = error('unknown-modifier', (name: string, modifier: string, allowed: string) => ({
  message: `\`${name}\` cannot be followed by \`${modifier}\``,
  label:
    allowed === ''
      ? 'no sign can follow'
      : `only ${[...allowed].map((sign) => `\`${sign}\``).join(' and ')} can follow`,
  help: `write \`${name}\``,
}));

export const targetNotHere = error('target-not-here', (name: string, where: string, instead: string) => ({
  message: `\`${name}\` is not allowed in \`${where}\``,
  label: `not a target of \`${where}\``,
  help: instead,
}));

export const addressAlreadyInMacro = error('address-already-in-macro', (name: string) => ({
  message: `this line has addresses in a column for which macro \`${name}\` has addresses too`,
  label: 'the addresses of the macro would be lost',
  help: 'write the lines of the macro yourself, each with the addresses that it is for',
}));

export const zoneInAction = error('zone-in-action', (text: string) => ({
  message: `\`${text}\` is not allowed in SOURCE or DEST of an action`,
  label: 'neither an interface nor an address',
  help: 'write addresses, an interface, or `interface:address`; the calling line names the zones',
}));

export const translatingAction = error('translating-action', (name: string) => ({
  message: `action \`${name}\` contains DNAT or REDIRECT and must be called from \`rules\``,
  label: 'connections would not be translated here',
  help: 'call it in section NEW of `rules`, with the zones',
}));

export const macroWithoutParameter = error('macro-without-parameter', (name: string) => ({
  message: `macro \`${name}\` needs an action`,
  label: 'no action in parentheses',
  help: `write \`${name}(ACCEPT)\``,
}));

export const expansionTooLong = error('expansion-too-long', (most: number) => ({
  message: `one line becomes more than ${most} lines`,
  label: 'expanded from the macros and inline actions that it uses',
  help: 'look for macros that use each other repeatedly',
}));

export const tooManyActionChains = error('too-many-action-chains', (most: number) => ({
  message: `actions become more than ${most} chains`,
  label: 'one too many: a call with other parameters is a chain of its own',
  help: 'look for actions that call each other repeatedly with different parameters',
}));

export const macroRecursion = error('macro-recursion', (chain: string) => ({
  message: `macros call each other in a loop: ${chain}`,
  label: 'this call closes the loop',
  help: 'remove one of the calls',
}));
