/** What `ftpwall show` can show: each subject looks at what a configuration means, or at sets of the running firewall. */
import type { Model } from '../../compiler/model/index.ts';
import type { belongs } from './sets.ts';

/** The same for people and for programs. */
export interface Shown {
  readonly text: string;
  /** Has a field `schema`, the number of its version. */
  readonly json: object;
}

export type Subject = { readonly name: string; readonly doc: string } & (
  | { readonly kind: 'configuration'; load(): Promise<{ show(model: Model): Shown }> }
  | { readonly kind: 'running'; readonly sets: keyof typeof belongs }
);

export const subjects: readonly Subject[] = [
  {
    name: 'ftp',
    doc: 'which lines let FTP through, and the settings of servers with TLS that match them',
    kind: 'configuration',
    load: () => import('./ftp.ts'),
  },
  {
    name: 'modprobe',
    doc: 'lines for /etc/modprobe.d and /etc/modules-load.d, where modules are loaded before the firewall',
    kind: 'configuration',
    load: () => import('./modprobe.ts'),
  },
  { name: 'blacklists', doc: 'addresses that commands and rules refuse', kind: 'running', sets: 'blacklists' },
  { name: 'opens', doc: 'what `ftpwall open` lets through', kind: 'running', sets: 'opens' },
  { name: 'events', doc: 'addresses that events remember', kind: 'running', sets: 'events' },
  { name: 'dynamic', doc: 'hosts of dynamic zones', kind: 'running', sets: 'dynamic' },
  { name: 'sets', doc: 'what every set holds', kind: 'running', sets: 'sets' },
];
