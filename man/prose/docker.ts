/** ftpwall-docker(7): together with other programs that add rules. */
import { example, type Page, terms, text } from '../document.ts';

export const docker: Page = {
  name: 'ftpwall-docker',
  section: 7,
  summary: 'running ftpwall together with Docker and other programs that add rules',
  sections: [
    {
      title: 'Description',
      blocks: [
        text(
          'ftpwall changes only its own table `ftpwall`. The rules of Docker, podman, libvirt, fail2ban and other programs are kept by start, restart, stop and clear.',
        ),
        text(
          'In nftables a packet must be accepted by every table. So a port that Docker publishes is open only if ftpwall accepts it as well: publish the port and write a rule.',
        ),
      ],
    },
    {
      title: 'Containers as a zone',
      blocks: [
        text(
          'Give the container bridges a zone. A name that ends in `+` matches all bridges whose names begin with it.',
        ),
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
          'In rules to `cont`, write the port of the container: Docker has already translated the destination. `-p 8080:80` needs a rule for port 80. A port that is not published cannot be reached, even if a rule accepts it.',
        ),
        text('Docker masquerades its own networks; they need no line in `snat`.'),
      ],
    },
    {
      title: 'Common problems',
      blocks: [
        terms([
          [
            'a published port stays closed',
            'ftpwall blocks it. `ftpwall hits` shows the line or policy; add a rule to the zone of the containers.',
          ],
          [
            'an accepted port is still closed',
            'Another table blocks it. `ftpwall status` lists chains of other programs that filter the same packets.',
          ],
          [
            'the policy of Docker',
            'Docker may set the policy of the forward chain of iptables to DROP. A router beside it must accept its own forwarding in the chain DOCKER-USER.',
          ],
          [
            'nft flush ruleset',
            'Deletes the rules of all programs. Do not use it together with Docker; `ftpwall clear` removes only the rules of ftpwall.',
          ],
          ['ftpwall clear', 'Removes the rules of ftpwall. The rules of Docker stay.'],
        ]),
      ],
    },
  ],
  seeAlso: ['ftpwall(8)', 'ftpwall-policies(7)', 'ftpwall-translation(7)'],
};
