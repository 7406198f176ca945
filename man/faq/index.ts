/** ftpwall-faq(7): all questions, by subject. */
import type { Block, Page } from '../document.ts';
import { blocking } from './blocking.ts';
import { connections } from './connections.ts';
import { forwarding } from './forwarding.ts';
import { hairpin } from './hairpin.ts';
import { logging } from './logging.ts';
import { networks } from './networks.ts';
import { ports } from './ports.ts';
import { questionPage, type Subject } from './question.ts';
import { running } from './running.ts';

export const subjects: readonly Subject[] = [
  running,
  connections,
  ports,
  forwarding,
  hairpin,
  blocking,
  logging,
  networks,
];

export const faq: Page = {
  name: 'ftpwall-faq',
  section: 7,
  summary: 'questions that are often asked, with examples that are tested',
  sections: [
    {
      title: 'Description',
      blocks: [
        {
          kind: 'text',
          text: 'Examples stand for a firewall with the zones `net` behind eth0, with the public address 203.0.113.2, `loc` behind eth1 and `dmz` behind eth2; connections from `loc` to `net` and of the firewall itself are accepted, others are dropped, unless a file says otherwise. Lines of `ftpwall why` show what the example does.',
        },
      ],
    },
    ...subjects.map(({ title, questions }) => ({
      title,
      blocks: questions.flatMap((each): readonly Block[] => [{ kind: 'heading', text: each.title }, ...each.blocks]),
    })),
  ],
  seeAlso: [
    'ftpwall(8)',
    'ftpwall-tutorial(7)',
    'ftpwall-policies(7)',
    'ftpwall-translation(7)',
    'ftpwall-ftp(7)',
    'ftpwall-ftp-setups(7)',
    'ftpwall-rollback(7)',
    'ftpwall-docker(7)',
  ],
};

/** Each question as a page of its own, for the site. */
export const questionPages: readonly Page[] = subjects.flatMap(({ questions }) => questions.map(questionPage));
