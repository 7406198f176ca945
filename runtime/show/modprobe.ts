/** `ftpwall show modprobe`: the modules of the helpers for machines that load them before the firewall. */
import type { HelperPorts } from '../../compiler/model/conntrack.ts';
import type { Model } from '../../compiler/model/index.ts';
import type { Shown } from './subject.ts';

/** The most ports that the parameter of a module takes (kernel: MAX_PORTS in net/netfilter/nf_conntrack_ftp.c). */
const mostPorts = 8;

interface Loading {
  readonly module: string;
  /** Its parameter `ports`, when it has one and needs it. */
  readonly ports?: readonly number[];
  /** Ports of the list that the parameter has no room for. */
  readonly left: readonly number[];
  /** The usual port is not in the list and was put before it. */
  readonly added: boolean;
}

export function show(model: Model): Shown {
  const helpers = model.helpers.filter(({ enabled, automatic }) => enabled && automatic);
  const loadings = helpers.map(loadingOf);
  const modules = [...new Set(helpers.flatMap(({ helper }) => [helper.module, helper.natModule ?? helper.module]))];
  const options = loadings.filter(({ ports }) => ports !== undefined);
  const text = [
    '# /etc/modprobe.d/ftpwall.conf',
    '# Only kernels that give helpers by themselves look at these ports: those before 4.7, and before 6.0 with',
    '# net.netfilter.nf_conntrack_helper=1. On others the rules of ftpwall alone say which connections get a helper.',
    '# A module that is loaded keeps its ports until it is unloaded or the machine starts anew.',
    ...options.flatMap(describe),
    '',
    '# /etc/modules-load.d/ftpwall.conf',
    ...modules,
    '',
    '# Where iptables.service loads them (Red Hat): /etc/sysconfig/iptables-config',
    `IPTABLES_MODULES="${modules.join(' ')}"`,
    '',
  ];
  const json = { schema: 1, modules, options: options.map(({ module, ports }) => ({ module, ports })) };
  return { text: text.join('\n'), json };
}

function loadingOf({ helper, ports, listed }: HelperPorts): Loading {
  const { module, usualPorts, portsParameter } = helper;
  if (!portsParameter || !listed) return { module, left: [], added: false };
  // Without the usual port the kernel registers the helper by another name, `ftp-2121`, and no rule finds it.
  const [usual = 0] = usualPorts;
  const all = [usual, ...ports.filter((port) => port !== usual)];
  return { module, ports: all.slice(0, mostPorts), left: all.slice(mostPorts), added: !ports.includes(usual) };
}

function describe({ module, ports = [], left, added }: Loading): readonly string[] {
  return [
    ...(added ? [`# ${ports[0]} stays first: without it there is no helper of the name that rules use.`] : []),
    ...(left.length > 0 ? [`# The parameter takes ${mostPorts} ports; ftpwall serves ${left.join(',')}, too.`] : []),
    `options ${module} ports=${ports.join(',')}`,
  ];
}
