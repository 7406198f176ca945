/** `ftpwall init --from`: a folder from the rules of a machine, and the proof of how far it does the same. */
import type { Dump, UnknownPart } from '../../../compiler/dumps/dump.ts';
import { type FolderFromDumps, folderFromDumps } from '../../../compiler/dumps/to-lines/folder.ts';
import type { Version } from '../../../compiler/net/version.ts';
import { positionOf } from '../../../compiler/source.ts';
import { firewallsOf } from '../../answers/firewalls.ts';
import { type Verified, verified, verifiedText } from '../../answers/verification.ts';
import { defaultFolder } from '../../environment/folder.ts';
import { say, write } from '../../output/output.ts';
import { type Call, type Status, status } from '../../verb.ts';
import { type SeenNetwork, seeNetwork } from '../detected-network.ts';
import { takenIn, writeFolder } from '../write-folder.ts';
import { type Listing, listingsOf } from './listings.ts';

/** Writes the folder, compares it with each listing, and says what it does not say. */
export async function initFrom(folder: string, call: Call): Promise<Status> {
  const { from, fromSystem, family, server, gateway, threeZone, quiet } = call.options;
  if ((from.length > 0 && fromSystem) || server || gateway || threeZone) {
    say('--from and --from-system take no other kind of machine: use one of them');
    return status.usage;
  }
  const listings = listingsOf(from, fromSystem, versions[family ?? '']);
  if (typeof listings === 'string') {
    say(listings);
    return status.usage;
  }
  const seen = seeNetwork();
  const made = folderFromDumps(
    listings.map(({ dump }) => dump),
    seen.outward,
  );
  const files = { ...made.files, stoppedrules: stoppedRules(seen) };
  const reason = takenIn(folder, Object.keys(files)) ?? writeFolder(folder, files);
  if (reason !== undefined) {
    say(reason);
    return status.refused;
  }
  if (!quiet) write(1, headingOf(folder, made, listings));
  const asked = await firewallsOf(folder, withoutFamily(call));
  if (!asked) return status.configurationErrors;
  let ended: Status = status.done;
  for (const { name, dump } of listings) {
    const found = verified(asked, withEvents(dump));
    if (typeof found === 'string') {
      say(`${name}: ${found}`);
      return status.refused;
    }
    write(1, verifiedText(found, name));
    ended = worse(ended, statusOf(found));
  }
  const next = folder === defaultFolder ? '' : ` ${folder}`;
  if (!quiet) write(1, `Next: read the files, then ftpwall check${next}, then ftpwall safe-start${next}\n`);
  return ended;
}

const versions: Readonly<Record<string, Version | undefined>> = { ipv4: 4, ipv6: 6 };

/** `--family` says of what version a listing is; the folder says by itself what it filters. */
function withoutFamily(call: Call): Call {
  const { family: _family, ...options } = call.options;
  return { ...call, options };
}

/** What `-m recent` counts is kept as an event of ours, in sets of its own: whether both hold together nobody can prove. */
function withEvents(dump: Dump): Dump {
  const events = dump.ruleset.chains.flatMap(({ rules }) =>
    rules.flatMap(({ matches, origin }) =>
      matches.flatMap((match): readonly UnknownPart[] => {
        const [span] = origin ?? [];
        if (match.kind !== 'raw' || !match.text.startsWith('-m recent ') || !span) return [];
        const { line } = positionOf(span.source, span.start);
        return [{ line, kind: 'condition', text: match.text, condition: match.text }];
      }),
    ),
  );
  return { ...dump, unknown: [...dump.unknown, ...events].sort((a, b) => a.line - b.line) };
}

function statusOf({ equal, differences }: Verified): Status {
  if (equal) return status.done;
  return differences.length > 0 ? status.changes : status.refused;
}

function worse(one: Status, other: Status): Status {
  return one === status.changes || other === status.done ? one : other;
}

function headingOf(folder: string, { zones, unsaid }: FolderFromDumps, listings: readonly Listing[]): string {
  const told = new Set(listings.flatMap(({ dump }) => dump.versions));
  const silent = ([4, 6] as const).filter((version) => !told.has(version));
  return [
    `${folder}: written; nothing was loaded`,
    ...zones.map(({ name, pattern }) =>
      pattern?.name === ''
        ? `  ${name}: every ${zones.length === 1 ? '' : 'other '}interface`
        : `  ${name}: ${pattern?.name}${pattern?.wildcard ? '+' : ''}`,
    ),
    ...silent.map((version) => `  IPv${version} is dropped: no listing tells of it (give one more --from)`),
    ...unsaid.map(({ place, why }) => `not carried over  ${place.path}:${place.line}  ${why}\n    ${place.text}`),
    '',
  ].join('\n');
}

/** What is accepted while the firewall is stopped: the connections of those who work here now. */
function stoppedRules({ admins }: SeenNetwork): string {
  return [
    '# What is still accepted when the firewall is stopped: the way of the administrator.',
    '#ACTION   SOURCE   DEST   PROTO   DPORT',
    ...admins.map(
      ({ peer, port, interface: by }) =>
        `ACCEPT    ${by ?? '-'}:${peer.includes(':') ? `[${peer}]` : peer}   $FW   tcp   ${port}`,
    ),
    '',
  ].join('\n');
}
