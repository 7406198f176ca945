/** Named sets that rules refer to: which fields of a packet their elements are compared with. */
import type { SetKeyField, SetType, Version } from '../ir/ruleset.ts';
import type { Scope } from './scope.ts';

/** The key that `+set[src,dst]` compares, and a declaration of the set when none is known. */
export function setKey(name: string, fields: readonly ('src' | 'dst')[], scope: Scope): readonly SetKeyField[] {
  const version: Version = scope.families.versions[0] ?? 4;
  const wanted = fields.length > 0 ? fields : (['src'] as const);
  const key: readonly SetKeyField[] = wanted.map((field, index) => {
    if (index === 0) return { field: field === 'src' ? 'saddr' : 'daddr', version };
    return { field: field === 'src' ? 'sport' : 'dport' };
  });
  scope.sets.set(name, {
    name,
    type: key.map(typeOf),
    interval: false,
    dynamic: true,
    timeout: 0,
    size: 65535,
    elements: [],
    comment: 'filled while the firewall runs',
  });
  return key;
}

/** Declares a set that a rule only looks into; one that rules fill keeps its declaration. */
export function referToSet(
  name: string,
  fields: readonly ('src' | 'dst')[],
  scope: Pick<Scope, 'families' | 'sets'>,
): void {
  if (scope.sets.has(name)) return;
  const version: Version = scope.families.versions[0] ?? 4;
  const parts = Math.max(fields.length, 1);
  const type: readonly SetType[] = [
    version === 4 ? 'ipv4_addr' : 'ipv6_addr',
    ...Array.from({ length: parts - 1 }, () => 'inet_service' as const),
  ];
  scope.sets.set(name, {
    name,
    type,
    interval: parts === 1,
    dynamic: false,
    elements: [],
    comment: 'filled while the firewall runs',
  });
}

function typeOf(part: SetKeyField): SetType {
  if (part.field === 'saddr' || part.field === 'daddr') return part.version === 4 ? 'ipv4_addr' : 'ipv6_addr';
  if (part.field === 'sport' || part.field === 'dport') return 'inet_service';
  return 'inet_proto';
}
