import { fits } from '../../compiler/ir/interfaces.ts';
import { defaultRoutes6, heedsAsHost } from '../environment/advertised-routes.ts';
import type { Examination, Finding } from './examination.ts';

/** The IPv6 default route of a router: from advertisements it comes with accept_ra 2 alone. */
export const advertisements: Examination = {
  name: 'router advertisements',
  topic: 'all',
  examine({ model, machine }) {
    const read = (path: string) => machine.file(path);
    if (read('/proc/sys/net/ipv6/conf/all/forwarding') !== '1')
      return { seen: ['this machine does not forward IPv6'], findings: [] };
    const routes = defaultRoutes6(read).map(({ name }) => name);
    if (routes.length > 0) return { seen: [`IPv6 leaves by ${[...new Set(routes)].join(', ')}`], findings: [] };
    const outward = new Set(
      [...(machine.ask('ip', ['-4', 'route', 'show', 'default']) ?? '').matchAll(/\bdev (\S+)/g)].map(
        ([, name]) => name,
      ),
    );
    const findings = machine
      .names('/sys/class/net')
      .filter((name) => outward.has(name) && model.interfaces.some(({ pattern }) => fits(pattern, name)))
      .filter((name) => heedsAsHost(name, read))
      .map(
        (name): Finding => ({
          code: 'advertisements-ignored',
          severity: 'warning',
          message: `this machine has no IPv6 default route and ignores router advertisements on ${name}`,
          reason: `it forwards IPv6, and net.ipv6.conf.${name}.accept_ra is 1: a machine that forwards uses router advertisements only with accept_ra=2`,
          next: `if your provider announces the route, add accept_ra=2 to the line of ${name} in \`interfaces\`, and ftpwall restart; if not, set the default route by hand`,
        }),
      );
    return { seen: ['there is no IPv6 default route'], findings };
  },
};
