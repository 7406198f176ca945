/** The script for verbs that must work even when the configuration does not: stop, clear and status. */
import { existsSync, readlinkSync } from 'node:fs';
import { closedRuleset } from '../../compiler/7-emit/closed-machine.ts';
import { emitScript } from '../../compiler/7-emit/script.ts';
import { scriptTemplate } from '../generated/script-template.js';
import { version } from '../generated/version.js';
import { currentScript, readCurrent, stateFolder } from '../generations/generation.ts';
import type { Call } from '../verb.ts';
import { runScript, type Script } from './run-script.ts';

/** The script of the firewall that was started last, if any, whatever folders it came from. */
export async function lastScript(call: Call): Promise<Script | undefined> {
  const state = stateOf(call);
  const path = currentScript(state);
  if (path === undefined) return undefined;
  const script: Script = { kind: 'file', path };
  if (!linksAreLeft()) return script;
  // An earlier call could not set `current` back, in a folder that was read-only or full.
  await runScript(script, 'mend');
  const mended = currentScript(state);
  return mended === undefined ? undefined : { kind: 'file', path: mended };
}

/** Whether the script has noted that links are to be set back; see `restore_links` there. */
function linksAreLeft(): boolean {
  try {
    const [, namespace = '0'] = /\[(\d+)\]/.exec(readlinkSync('/proc/self/ns/net')) ?? [];
    return existsSync(`/run/ftpwall/${namespace}/links`);
  } catch {
    return false;
  }
}

/** The state folder that a call means. */
export function stateOf(call: Call): string {
  return stateFolder(call.options.state);
}

/** The folders that the firewall that was started last came from, where they are still there: what verbs without a folder mean that tell of it. */
export function foldersOfCurrent(call: Call): readonly string[] {
  const about = readCurrent(stateOf(call))?.about;
  const folders = [about?.configuration, about?.configuration6].flatMap((each) => (each ? [each.folder] : []));
  return folders.every((each) => existsSync(each)) ? folders : [];
}

/** A script that knows no configuration: its stopped state lets through only loopback, established connections and what IPv6 and DHCP cannot live without. */
export function closedScript(): Script {
  const closed = closedRuleset(` ${version} without a configuration`);
  const text = emitScript(scriptTemplate, {
    version,
    family: 'inet',
    table: 'ftpwall',
    ruleset: closed,
    stopped: closed,
    plan: [],
    companions: [],
  });
  return { kind: 'text', text };
}
