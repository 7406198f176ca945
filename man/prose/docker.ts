/** ftpwall-docker(7): beside others who make rules. */
import { example, type Page, terms, text } from '../document.ts';

export const docker: Page = {
  name: 'ftpwall-docker',
  section: 7,
  summary: 'Docker and others who make rules, beside ftpwall',
  sections: [
    {
      title: 'Description',
      blocks: [
        text(
          'ftpwall owns the table named `ftpwall` and touches no other one: Docker, podman, libvirt, fail2ban and whoever else makes rules keep theirs, over start, restart, stop and clear.',
        ),
        text(
          'In nftables every table is asked, and a packet goes through only when none refuses it. So a port that Docker publishes is open only when ftpwall lets it through as well: publish it, and write a rule.',
        ),
      ],
    },
    {
      title: 'Containers as a zone',
      blocks: [
        text('Give the bridges of the containers a zone. Names that end in `+` hold bridges that come and go.'),
        example('fw     firewall\nnet    ip\ncont   ip\n', 'zones'),
        example(
          '?FORMAT 2\nnet    eth0       tcpflags,nosmurfs\ncont   docker0    routeback\ncont   br-+       routeback\n',
          'interfaces',
        ),
        example(
          'cont   net    ACCEPT\n$FW    all    ACCEPT\nnet    all    DROP     info\nall    all    REJECT   info\n',
          'policy',
        ),
        example(
          '?SECTION NEW\nSSH(ACCEPT)   net    $FW\nDNS(ACCEPT)   cont   $FW\nACCEPT        net    cont   tcp   80,443\n',
          'rules',
        ),
        example('IP_FORWARDING=On\n', 'ftpwall.conf'),
        text(
          'The ports in a rule to `cont` are those of the container, since Docker has translated the destination before the rule is asked: `-p 8080:80` wants a rule for port 80. A port that is not published is not reached, whatever the rule says.',
        ),
        text('Docker masquerades its networks itself; they need no line in `snat`.'),
      ],
    },
    {
      title: 'What to look out for',
      blocks: [
        terms([
          [
            'a published port stays closed',
            'ftpwall refuses it. `ftpwall hits` shows the line or the policy that does; write a rule to the zone of the containers.',
          ],
          [
            'a rule of ours opens nothing',
            'Another table refuses it. `ftpwall status` lists the chains of others that see our packets.',
          ],
          [
            'the policy of Docker',
            'Docker may set the policy of the forward chain of iptables to DROP. A router beside it must accept its own forwarding in the chain DOCKER-USER.',
          ],
          [
            'nft flush ruleset',
            'Empties the tables of all. Never say so beside Docker; `ftpwall clear` removes ours alone.',
          ],
          ['ftpwall clear', 'Opens what ftpwall closed. What Docker opens and closes stays.'],
        ]),
      ],
    },
  ],
  seeAlso: ['ftpwall(8)', 'ftpwall-policies(7)', 'ftpwall-translation(7)'],
};
