/** What `ftpwall show` can show: each subject looks at what a configuration means, or at sets of the running firewall. */
import type { Model } from '../../compiler/model/index.ts';
import type { MachinePart } from './machine.ts';
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
  | { readonly kind: 'machine'; readonly part: MachinePart }
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
  {
    name: 'marks',
    doc: 'whose which bits of a mark are, and the marks of providers',
    kind: 'configuration',
    load: () => import('./marks.ts'),
  },
  {
    name: 'routing',
    doc: 'rules of routing and their tables, as the kernel has them',
    kind: 'machine',
    part: 'routing',
  },
  {
    name: 'accounting',
    doc: 'what the lines of accounting have counted, and what addresses have sent and were sent',
    kind: 'machine',
    part: 'accounting',
  },
  {
    name: 'tc',
    doc: 'queues, classes and filters of every device, with what they counted',
    kind: 'machine',
    part: 'shaping',
  },
  { name: 'classifiers', doc: 'the filters of traffic shaping alone', kind: 'machine', part: 'classifiers' },
  { name: 'blacklists', doc: 'addresses that commands and rules refuse', kind: 'running', sets: 'blacklists' },
  { name: 'opens', doc: 'what `ftpwall open` lets through', kind: 'running', sets: 'opens' },
  { name: 'events', doc: 'addresses that events remember', kind: 'running', sets: 'events' },
  { name: 'dynamic', doc: 'hosts of dynamic zones', kind: 'running', sets: 'dynamic' },
  { name: 'sets', doc: 'what every set holds', kind: 'running', sets: 'sets' },
];
