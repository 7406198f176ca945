/** Statements that many rules end in. */
import type { Statement } from '../../ir/ruleset.ts';

export const counter: Statement = { kind: 'counter', packets: 0, bytes: 0 };
export const accept: Statement = { kind: 'verdict', verdict: { kind: 'accept' } };
export const drop: Statement = { kind: 'verdict', verdict: { kind: 'drop' } };
export const back: Statement = { kind: 'verdict', verdict: { kind: 'return' } };

/** The audit system is told of the packet (auditd(8)). */
export const audited: Statement = { kind: 'log', prefix: '', target: { kind: 'audit' } };

export function jump(chain: string): Statement {
  return { kind: 'verdict', verdict: { kind: 'jump', chain } };
}

export function goto(chain: string): Statement {
  return { kind: 'verdict', verdict: { kind: 'goto', chain } };
}
