/** What `ftpwall show` can show: each subject looks at what a configuration means. */
import type { Model } from '../../compiler/model.ts';

/** The same for people and for programs. */
export interface Shown {
  readonly text: string;
  /** Has a field `schema`, the number of its version. */
  readonly json: object;
}

export interface Subject {
  readonly name: string;
  readonly doc: string;
  load(): Promise<{ show(model: Model): Shown }>;
}

export const subjects: readonly Subject[] = [
  {
    name: 'ftp',
    doc: 'which lines let FTP through, and the settings of servers with TLS that match them',
    load: () => import('./ftp.ts'),
  },
  {
    name: 'modprobe',
    doc: 'lines for /etc/modprobe.d and /etc/modules-load.d, where modules are loaded before the firewall',
    load: () => import('./modprobe.ts'),
  },
];
