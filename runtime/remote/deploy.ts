/** `ftpwall remote deploy`: one host after the other; the first that does not stand ends it. */
import { createHash } from 'node:crypto';
import { placeOf } from '../../compiler/source.ts';
import { readSeconds } from '../apply/confirmation.ts';
import { compileFolderOf } from '../environment/configuration.ts';
import { say, write } from '../output/output.ts';
import { signScript } from '../output/sign.ts';
import { type Call, type Status, status } from '../verb.ts';
import type { Reaching } from './connection.ts';
import type { RemoteHost } from './hosts.ts';
import { type Deployed, type Firewall, loadOn } from './load.ts';

/** Compiles for all hosts before any of them is touched, then loads on one after the other. */
export async function deployHosts(hosts: readonly RemoteHost[], reaching: Reaching, call: Call): Promise<Status> {
  const seconds = readSeconds(call.options.confirmWithin);
  if (seconds === undefined || seconds < shortest) {
    say(`--confirm-within is a time from ${shortest} seconds to a day: a new connection and the probes come within it`);
    return status.usage;
  }
  const firewalls = new Map<RemoteHost, Firewall>();
  for (const host of hosts) {
    const firewall = await compiledFor(host, call);
    if (typeof firewall === 'number') return firewall;
    firewalls.set(host, firewall);
  }
  const documents: object[] = [];
  let end: Status = status.done;
  for (const [host, firewall] of firewalls) {
    if (end !== status.done) {
      documents.push({ host: host.destination, folder: host.folder, result: 'skipped' });
      continue;
    }
    const deployed = await loadOn(host, firewall, { seconds, reaching, call });
    documents.push({ host: host.destination, folder: host.folder, ...deployed });
    tell(host, deployed, call);
    if (deployed.result === 'refused' || deployed.result === 'rolled-back') end = status.refused;
  }
  const skipped = hosts.slice(documents.filter((each) => !('result' in each) || each.result !== 'skipped').length);
  if (skipped.length > 0) say(`stopped here; not touched: ${skipped.map(({ destination }) => destination).join(', ')}`);
  if (call.options.json) write(1, `${JSON.stringify({ schema: 1, hosts: documents }, null, 2)}\n`);
  return end;
}

const shortest = 10;

/** Compiles, proves and signs here; a status when that fails, and the user has been told why. */
async function compiledFor({ folder, destination }: RemoteHost, call: Call): Promise<Firewall | Status> {
  // Whether its interfaces are those of this machine says nothing.
  const options = { ...call.options, json: false, allow: [...call.options.allow, 'interface-not-here'] };
  const compiled = await compileFolderOf({ ...call, arguments: [folder], options }, 'looking');
  if (compiled.kind === 'failed') {
    say(`${destination}: its configuration ${folder} has errors; no host was changed`);
    return status.configurationErrors;
  }
  if (compiled.startupDisabled) {
    say(`${placeOf(compiled.startupDisabled)}: STARTUP_ENABLED=No, so it is not loaded; no host was changed`);
    return status.refused;
  }
  const { script } = compiled.artifact;
  const { sign } = call.options;
  if (sign === undefined) return { script, scriptHash: hash(script), signatureHash: 'none' };
  const signed = signScript(script, sign);
  if (signed.kind === 'refused') {
    say(`the script could not be signed: ${signed.reason}; no host was changed`);
    return status.refused;
  }
  const { signature } = signed;
  return { script, signature, scriptHash: hash(script), signatureHash: hash(signature) };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function tell({ destination }: RemoteHost, deployed: Deployed, call: Call): void {
  const words = {
    unchanged: 'runs this firewall already; nothing was changed',
    deployed: 'deployed and confirmed',
    refused: 'REFUSED',
    'rolled-back': 'ROLLED BACK',
  }[deployed.result];
  const failed = 'reason' in deployed;
  for (const line of 'words' in deployed ? deployed.words : []) say(`${destination}: ${line}`);
  if (failed) say(`${destination}: ${words}: ${deployed.reason}`);
  else if (!call.options.json) write(1, `${destination}: ${words}\n`);
}
