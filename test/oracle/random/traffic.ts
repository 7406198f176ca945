/** PROTO, DPORT and SPORT at random. */
import type { Dice } from './dice.ts';
import type { World } from './world.ts';

/** Three columns: protocol, destination ports, source ports. */
export type Traffic = readonly [string?, string?, string?];

const ports = ['22', '25', '53', '80', '113', '443', '1024', '3128', '8080', '40000', 'domain'];

/** Some files and targets take plain ports, lists and ranges only. */
export function portsAtRandom(dice: Dice, which: 'any' | 'plain' = 'any'): string {
  const other = which === 'any' ? 1 : 0;
  const first = dice.between(20, 9000);
  const range = `${first}:${first + dice.between(1, 400)}`;
  return dice.weighed<() => string>([
    [5, () => dice.one(ports)],
    [2, () => dice.some(ports.slice(0, 10), 3).join(',')],
    [1.5, () => range],
    [0.7 * other, () => range.replace(':', '-')],
    [1, () => `${range},40000`],
    [0.6, () => `:${dice.one(['1023', '100'])}`],
    [0.6, () => `${dice.one(['1024', '33000'])}:`],
    [0.8 * other, () => `!${dice.one(ports)}`],
    [0.5 * other, () => `!${range}`],
    [0.4 * other, () => '!22,80,443'],
    [0.3, () => Array.from({ length: 17 }, (_each, index) => String(70 + 2 * index)).join(',')],
  ])();
}

export function trafficAtRandom(dice: Dice, world: World): Traffic {
  const icmp = world.version === 4 ? 'icmp' : 'ipv6-icmp';
  const types =
    world.version === 4
      ? ['8', 'echo-request', '3/4', '3', '13,8', '3/1,11', 'destination-unreachable', 'time-exceeded']
      : ['128', 'echo-request', '1', '2', '128,1', 'packet-too-big', '1/0'];
  return dice.weighed<() => Traffic>([
    [8, () => ['tcp', portsAtRandom(dice)]],
    [4, () => ['udp', portsAtRandom(dice)]],
    [1.5, () => ['tcp', portsAtRandom(dice), dice.one(['1024:', '20,21', '!20', '20000:25000'])]],
    [0.7, () => ['udp', '-', dice.one(['53', '20000:26000', '!67,68'])]],
    [0.7, () => [dice.one(['tcp', 'udp']), dice.one(['53', '80,443', '20000:26000']), '=']],
    [1, () => ['tcp,udp', dice.one(['53', '80:90', '53,443', '-'])]],
    [1.5, () => []],
    [1, () => [dice.one(['tcp', 'udp', '6', '17'])]],
    [1, () => [icmp]],
    [2, () => [icmp, dice.one(types)]],
    [0.7, () => [dice.one(['50', 'ah', 'gre', 'esp'])]],
    [0.6, () => [dice.one(['!tcp', '!udp', `!${icmp}`])]],
    [0.4, () => ['tcp:syn', dice.one(ports)]],
    [0.2, () => ['tcp:!syn', dice.one(['-', '80'])]],
    [0.2, () => ['tcp:all', dice.one(ports)]],
    [0.3, () => ['all']],
  ])();
}
