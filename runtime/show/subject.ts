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
    doc: 'the lines that accept FTP, and the matching settings of TLS servers',
    kind: 'configuration',
    load: () => import('./ftp.ts'),
  },
  {
    name: 'modprobe',
    doc: 'lines for /etc/modprobe.d and /etc/modules-load.d, if modules are loaded before the firewall',
    kind: 'configuration',
    load: () => import('./modprobe.ts'),
  },
  {
    name: 'marks',
    doc: 'the owner of each bit of a mark, and the marks of providers',
    kind: 'configuration',
    load: () => import('./marks.ts'),
  },
  {
    name: 'routing',
    doc: 'the routing rules and tables of the kernel',
    kind: 'machine',
    part: 'routing',
  },
  {
    name: 'accounting',
    doc: 'the counters of accounting lines, and the traffic from and to addresses',
    kind: 'machine',
    part: 'accounting',
  },
  {
    name: 'tc',
    doc: 'queues, classes and filters of every device, with their counters',
    kind: 'machine',
    part: 'shaping',
  },
  { name: 'classifiers', doc: 'the filters of traffic shaping alone', kind: 'machine', part: 'classifiers' },
  { name: 'blacklists', doc: 'addresses that commands and rules drop or reject', kind: 'running', sets: 'blacklists' },
  { name: 'opens', doc: 'connections that `ftpwall open` accepts', kind: 'running', sets: 'opens' },
  { name: 'events', doc: 'addresses of events', kind: 'running', sets: 'events' },
  { name: 'dynamic', doc: 'hosts of dynamic zones', kind: 'running', sets: 'dynamic' },
  { name: 'sets', doc: 'the elements of every set', kind: 'running', sets: 'sets' },
];
