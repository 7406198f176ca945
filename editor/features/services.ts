/** The names of services that this machine knows: services(5). */
import { readFileSync } from 'node:fs';

/** A service: its name, port and protocol. */
export interface Service {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

let services: readonly Service[] | undefined;

/** All services of the machine; none where it has no list. */
export function servicePorts(): readonly Service[] {
  services ??= read();
  return services;
}

function read(): readonly Service[] {
  let text: string;
  try {
    text = readFileSync('/etc/services', 'utf8');
  } catch {
    return [];
  }
  return [...text.matchAll(/^([\w.+-]+)\s+(\d+)\/(\w+)/gm)].map(([, name = '', port, protocol = '']) => ({
    name,
    port: Number(port),
    protocol,
  }));
}
