import { type Matrix, matrixOf } from '../../compiler/answers/matrix.ts';
import { firewallsOf } from '../answers/firewalls.ts';
import { defaultFolder } from '../environment/folder.ts';
import { say, write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const asked = await firewallsOf(call.arguments[0] ?? defaultFolder, call);
  if (!asked) return status.configurationErrors;
  const found = asked.map(({ firewall }) => ({ family: firewall.ruleset.family, matrix: matrixOf(firewall) }));
  for (const { matrix } of found) {
    if (matrix.kind === 'matrix') continue;
    say(`undecided, because ${matrix.reason}`);
    return status.refused;
  }
  const all = found.flatMap(({ family, matrix }) => (matrix.kind === 'matrix' ? [{ family, matrix }] : []));
  if (call.options.json) {
    const cells = all.flatMap(({ matrix }) => matrix.cells);
    write(1, `${JSON.stringify({ schema: 1, cells }, null, 2)}\n`);
    return status.done;
  }
  for (const { family, matrix } of all) write(1, `${all.length > 1 ? `${family}\n` : ''}${textOf(matrix)}`);
  return status.done;
}

/** A line for each pair of zones and service that fares otherwise than the rest of the pair. */
function textOf({ zones, services, cells }: Matrix & { readonly kind: 'matrix' }): string {
  const rest = services.at(-1) ?? '';
  const cell = (from: string, to: string, service: string) =>
    cells.find((each) => each.from === from && each.to === to && each.service === service);
  const lines = zones.flatMap((from) =>
    zones.flatMap((to) => {
      const usual = cell(from, to, rest);
      if (!usual) return [];
      const others = services.slice(0, -1).flatMap((service) => {
        const found = cell(from, to, service);
        return found && found.verdict !== usual.verdict
          ? [`    ${service.padEnd(16)} ${found.verdict.padEnd(7)} ${found.lines.join(' ')}`]
          : [];
      });
      return [`${from} → ${to}`.padEnd(20).concat(` ${usual.verdict.padEnd(7)} ${usual.lines.join(' ')}`), ...others];
    }),
  );
  return `${lines.join('\n')}\n`;
}
