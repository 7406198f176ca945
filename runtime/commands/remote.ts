import { readSeconds } from '../apply/confirmation.ts';
import { say } from '../output/output.ts';
import type { Reaching } from '../remote/connection.ts';
import { readHosts } from '../remote/hosts.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const [action, ...destinations] = call.arguments;
  const { hostConfig } = call.options;
  if (hostConfig === undefined && action !== 'status') {
    say('name the configuration of the hosts: --config DIR, where `%h` stands for the name of each host');
    return status.usage;
  }
  const hosts = readHosts(destinations, hostConfig ?? '');
  if (typeof hosts === 'string') {
    say(hosts);
    return status.usage;
  }
  const { sshConfig, sudo, confirmWithin } = call.options;
  // Three attempts at least fit into the time that the host waits.
  const patience = Math.min(10, Math.floor((readSeconds(confirmWithin) ?? 60) / 4));
  const reaching: Reaching = { patience, sudo, ...(sshConfig !== undefined && { sshConfig }) };
  if (action === 'plan') return (await import('../remote/plan.ts')).planHosts(hosts, reaching, call);
  if (action === 'status') return (await import('../remote/status.ts')).tellStatus(hosts, reaching, call);
  return (await import('../remote/deploy.ts')).deployHosts(hosts, reaching, call);
}
