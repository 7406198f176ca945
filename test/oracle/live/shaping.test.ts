/**
 * Queues and classes under Shorewall and under ours: by what the lines for tc(8) mean, and by the class in which each of the
 * same packets is counted. Both have real HTB classes; where a kernel has no other queues, `tc.sh` puts HTB in their place.
 */
import { describe, expect, test } from 'vitest';
import { isRoot } from '../../kernel/possible.ts';
import { shorewallIsHere } from '../shorewall.ts';
import { bothAlive, type Example } from './alive.ts';

const marks = 'MARK(1):F - - udp 19\nMARK(2):F - - udp 20\nMARK(3):F - - udp 21\n';

const examples: Readonly<Record<string, Example>> = {
  'bands of simple shaping': {
    settings: 'TC_ENABLED=Simple\n',
    files: {
      tcinterfaces: 'eth0 External 20mbit 5mbit:10kb:200ms\neth1 - 20mbit:20kb\neth2 Internal\n',
      tcpri: '?FORMAT 2\n1 tcp 22\n1 udp 53\n3 - - - 10.0.0.9\n2 tcp 8080\n',
    },
  },
  'bands by the way in': {
    settings: 'TC_ENABLED=Simple\n',
    files: {
      tcinterfaces: 'eth0 External - 5mbit\n',
      tcpri: '?FORMAT 2\n3 - - - - eth2\n1 udp 5060 - - - \n',
    },
  },
  'classes of a device': {
    settings: 'TC_ENABLED=Internal\n',
    files: {
      tcdevices: 'eth0 10mbit 5mbit\n',
      tcclasses:
        'eth0 1 full/10 full 1 tcp-ack,tos-minimize-delay\neth0 2 full*5/10 full 2 default\neth0 3 full*2/10 full*8/10 3 flow=nfct-src\n',
      mangle: `CLASSIFY(1:13):T 10.0.0.6\n${marks}`,
    },
  },
  'classes within a class, and what comes in': {
    settings: 'TC_ENABLED=Internal\n',
    files: {
      tcdevices: '1:eth0 - 5mbit hfsc,linklayer=adsl,overhead=40,mtu=1500\n2:ifb0 - 20mbit classify,hfsc eth0\n',
      tcclasses: '1:110 1 full/2:50ms full 1 default\n2:110 - full/2 full 1 default\n2:120 - full/4 full 2\n',
      tcfilters: '2:120 - - tcp - 443\n',
      mangle: marks,
    },
  },
  'filters by address, port and type of service': {
    settings: 'TC_ENABLED=Internal\n',
    files: {
      tcdevices: 'eth0 - 5mbit\neth1 - 2mbit\n',
      tcclasses:
        'eth0 1 full/10 full 1 tos=0x68/0xfc\neth0 2 full/2 full 2 default\neth0 3 full/5 full*8/10 3\neth1 1 full full 1 default\n',
      tcfilters: '1:13 10.0.0.9 - udp 5060\n1:11 - 203.0.113.0/24 tcp 22\n1:13 - - all - - tos-minimize-delay\n',
      mangle: marks,
    },
  },
};

describe.skipIf(!isRoot || !shorewallIsHere())('shaping is that of Shorewall', () => {
  test.each(Object.keys(examples))('%s', async (name) => {
    const example = examples[name];
    if (!example) return;
    const files = { interfaces: '?FORMAT 2\nnet eth0\nnet eth1\nloc eth2\n', ...example.files };
    const { theirs, ours } = await bothAlive({ ...example, files }, 'shaping.sh');
    expect(theirs.length).toBeGreaterThan(60);
    expect(ours).toEqual(theirs);
  });
});
