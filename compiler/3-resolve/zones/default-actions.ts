/** The actions that run before a policy's verdict: those of the policy, or those of DROP_DEFAULT and its kin. */
import { parseWithRule } from '../../2-parse/value.ts';
import { badSetting, legacyDefaultAction } from '../../diagnostics/catalogue/settings.ts';
import type { Cell } from '../../language/schema.ts';
import type { SettingName } from '../../language/settings.ts';
import type { ActionText } from '../../language/values.ts';
import type { ActionCall } from '../../model/rule.ts';
import { type Span, spanOf, standsFor, type TracedText, wholeSource } from '../../source.ts';
import type { Scope } from '../scope.ts';
import type { SettingReader } from '../settings/setting-lines.ts';
import { defaultCall } from './default-call.ts';

const settingOf: Readonly<Record<string, SettingName>> = {
  ACCEPT: 'ACCEPT_DEFAULT',
  DROP: 'DROP_DEFAULT',
  REJECT: 'REJECT_DEFAULT',
  BLACKLIST: 'BLACKLIST_DEFAULT',
  QUEUE: 'QUEUE_DEFAULT',
  NFQUEUE: 'NFQUEUE_DEFAULT',
};

/** Names of 4.x and 5.1 that `shorewall update` replaces by what they did. */
const oldNames: Readonly<Record<string, string>> = {
  Drop: 'Broadcast(DROP),Multicast(DROP)',
  Reject: 'Broadcast(DROP),Multicast(DROP)',
  A_Drop: 'Broadcast(A_DROP),Multicast(A_DROP)',
  A_Reject: 'Broadcast(A_DROP),Multicast(A_DROP)',
};

export const defaultActions = {
  /** The calls of a list that the policy itself names. */
  of(cell: Cell<unknown>, actions: readonly ActionText[], scope: Scope): readonly ActionCall[] {
    return actions.flatMap((action) => (action.name === 'none' ? [] : (defaultCall(cell, action, scope) ?? [])));
  },

  /** The calls that the settings name for policies of a kind. */
  usual(policy: string, reader: SettingReader, scope: Scope): readonly ActionCall[] {
    const setting = settingOf[policy];
    if (!setting) return [];
    const text = reader.text(setting);
    if (text === '' || text.toLowerCase() === 'none') return [];
    const written = reader.written(setting);
    const place = written ? spanOf(written) : settingsPlace(scope);
    const modern = modernText(text, setting, written ? place : undefined, scope);
    const traced: TracedText = standsFor(`DROP:${modern}`, place);
    const parsed = parseWithRule(
      'Policy',
      traced,
      () => badSetting(place, setting, text, 'a list of actions such as `Broadcast(DROP)`'),
      scope.report,
    ) as { readonly defaults?: 'none' | readonly ActionText[] } | undefined;
    if (!parsed?.defaults || parsed.defaults === 'none') return [];
    return defaultActions.of({ value: undefined, text: traced, span: place }, parsed.defaults, scope);
  },
};

/** Judges the settings that no policy asks for: a policy of tomorrow would. */
export function judgeDefaultSettings(reader: SettingReader, scope: Scope): void {
  for (const [policy, setting] of Object.entries(settingOf))
    if (reader.written(setting)) defaultActions.usual(policy, reader, scope);
}

function modernText(text: string, setting: string, place: Span | undefined, scope: Scope): string {
  const name = text.replace(/\(.*$/, '');
  const modern = Object.hasOwn(oldNames, name) ? oldNames[name] : undefined;
  if (!modern || scope.read.libraryFile('action', name)) return text;
  const whole = scope.settings.flavour === 'shorewall6' ? `AllowICMPs,${modern}` : modern;
  if (place) scope.report.add(legacyDefaultAction(place, setting, text, whole, place));
  return whole;
}

function settingsPlace(scope: Scope): Span {
  return wholeSource(scope.read.settingsSource ?? { path: `${scope.settings.flavour}.conf`, text: '' });
}
