/** Where log lines go, and what they carry. */
/** What a log line carries besides the packet's headers (nft(8), LOG STATEMENT). */
export type LogFlag = 'tcp sequence' | 'tcp options' | 'ip options' | 'skuid' | 'ether';

/** Where log lines go: the kernel log at a level, a netlink group, or the audit system. */
export type LogTarget =
  | {
      readonly kind: 'syslog';
      readonly level: 'emerg' | 'alert' | 'crit' | 'err' | 'warn' | 'notice' | 'info' | 'debug';
      readonly flags: readonly LogFlag[];
    }
  | { readonly kind: 'group'; readonly group: number; readonly size?: number; readonly threshold?: number }
  | { readonly kind: 'audit' };
