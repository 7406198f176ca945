/** ftpwall-fleet(7): firewalls of many machines, by Ansible or over ssh. */
import { example, type Page, terms, text } from '../document.ts';

export const fleet: Page = {
  name: 'ftpwall-fleet',
  section: 7,
  summary: 'firewalls of many machines: Ansible, or ssh alone',
  sections: [
    {
      title: 'Description',
      blocks: [
        text(
          'One machine compiles, proves and signs: the controller. Hosts load the stand-alone script that it makes. They need `sh` and `nft`, no Node.js and no Python. Two ways lead there, and both do the same on a host: the Ansible collection `ftpwall.ftpwall`, and `ftpwall remote` for a few machines without Ansible.',
        ),
        text('What happens on each host, one step after the other:'),
        terms([
          [
            'plan',
            'What the host has loaded, whoever loaded it, is listed and compared with the new firewall for all packets: what opens, what closes, by which line. Nothing need be installed for it; a host without rules lets everything through. A host that runs the same script, unchanged by others, is left alone.',
          ],
          [
            'copy and verify',
            'The script goes into a new generation below `/var/lib/ftpwall-lite`. The host compares its SHA-256, and where it has a list of signers, the signature; what does not fit is thrown away, and nothing was changed.',
          ],
          [
            'load with a time',
            'The script loads itself when the call that asked for it has ended, and a second process watches over it: without a confirmation in time it puts back what was there. It needs no connection for that.',
          ],
          [
            'come again',
            'The connection is closed, and a new one is opened: one that was there before may survive rules that block a new one.',
          ],
          ['probe', 'Your own commands say whether what the host is for still works.'],
          [
            'confirm',
            'By a new connection again. Only now does the firewall become the one of the next boot: `/etc/ftpwall-lite/firewall` is a link to it. A host that restarts before comes up with the one from before.',
          ],
        ]),
        text(
          'Whatever fails, the host runs what it ran before: at once where it can be asked, by itself where it cannot. The message says why, in the words of ssh or of the probe, and then what the host says of it. The hosts behind it are not touched.',
        ),
      ],
    },
    {
      title: 'Three machines over ssh',
      blocks: [
        example(
          'ftpwall remote plan --config fleet/%h gw1 gw2 gw3\nftpwall remote deploy --config fleet/%h --sign ~/.ssh/firewall_ed25519 --probe \'nc -z -w 5 "$1" 443\' gw1 gw2 gw3\nftpwall remote status gw1 gw2 gw3\n',
        ),
        text(
          'Hosts are named as ssh(1) knows them: `gw1`, `root@gw1`, `ssh://root@gw1:2222`; their addresses, users, keys and jumps stand in ssh_config(5). Only root may load rules: log in as root, or as a user who becomes root by `sudo -n` (`--sudo`). `%h` in `--config` is the name of the host; without it all hosts get the same folder. All configurations are compiled before the first host is touched.',
        ),
        text(
          'Each question is a connection of its own, so use keys: where nobody sits at a terminal a host that asks for a password is one that cannot be reached. `--json` prints one document for all hosts (ftpwall-json(5)).',
        ),
        terms([
          ['0', 'Done: no packet fares otherwise, all hosts run what they should, all hosts run as loaded.'],
          ['1', 'A configuration has errors; no host was changed.'],
          ['3', 'A host refused or rolled back, or could not be asked.'],
          ['4', 'Of `plan`: packets of some host fare otherwise. Of `status`: a host is stopped, or has no firewall.'],
          ['5, 6', 'Of `status`: a host waits for a confirmation; others have changed its rules.'],
        ]),
      ],
    },
    {
      title: 'Ansible',
      blocks: [
        text(
          'The package puts the collection where Ansible looks for it, `/usr/share/ansible/collections`. It wants ansible-core 2.14 or later on the controller. `ansible-doc ftpwall.ftpwall.apply` tells of each module, `ansible-doc -t role ftpwall.ftpwall.firewall` of the role.',
        ),
        terms([
          ['ftpwall.ftpwall.firewall', 'The role: boot files, the list of signers, the firewall.'],
          ['ftpwall.ftpwall.apply', 'Loads a configuration, in the steps above.'],
          ['ftpwall.ftpwall.plan_info', 'The plan alone, as data and as text.'],
          ['ftpwall.ftpwall.why_info', 'Which line decides about a packet; only the controller is asked.'],
          ['ftpwall.ftpwall.status_info', 'What a host has loaded.'],
        ]),
        example(
          '# inventory.yml\nfirewalls:\n  hosts:\n    gw1:\n    gw2:\n  vars:\n    firewall_config: "{{ inventory_dir }}/firewalls/{{ inventory_hostname }}"\n    firewall_sign_key: ~/.ssh/firewall_ed25519\n    firewall_allowed_signers: "ops@example.org {{ lookup(\'file\', \'~/.ssh/firewall_ed25519.pub\') }}"\n',
        ),
        example(
          'ansible-playbook ftpwall.ftpwall.assertions -i inventory.yml\nansible-playbook ftpwall.ftpwall.deploy -i inventory.yml --check --diff\nansible-playbook ftpwall.ftpwall.deploy -i inventory.yml\n',
        ),
        text(
          'The first play asks all configurations whether `net` reaches `tcp 22`: copy it for what must hold of yours. The second one shows the plan of each host and changes nothing, also before anything was ever installed. The third one goes by rings: one host, a quarter of them, the rest; the first host that refuses or rolls back ends it. `changed` is true exactly when a host gets another script or signature, or did not run its own as it was loaded. A host that cannot be reached any more costs the time of `firewall_confirm_within` before the play says so.',
        ),
      ],
    },
    {
      title: 'Signed firewalls',
      blocks: [
        text(
          'A host with a file `/etc/ftpwall-lite/allowed_signers` takes nothing that none of these keys has signed with the namespace `ftpwall`, neither by a deployment nor at boot (ssh-keygen(1), ALLOWED SIGNERS). The role writes it from `firewall_allowed_signers`; for `ftpwall remote` write it by hand. It needs ssh-keygen on the host.',
        ),
        example(
          'ssh-keygen -t ed25519 -f ~/.ssh/firewall_ed25519\n(printf "ops@example.org "; cat ~/.ssh/firewall_ed25519.pub) | ssh root@gw1 "cat >/etc/ftpwall-lite/allowed_signers"\n',
        ),
        text(
          'What was changed on its way, what another key has signed and what nobody has signed is refused, and the running rules stay.',
        ),
      ],
    },
    {
      title: 'At boot, and by hand',
      blocks: [
        text(
          'ftpwall-lite(8) loads the confirmed firewall when the machine starts. The role installs it (`firewall_boot`: `copy`, `package` or `none`); for `ftpwall remote` install the package ftpwall-lite. Without it a host is open after a restart, and each deployment says so.',
        ),
        text(
          'On the host `ftpwall-lite status`, `ftpwall-lite stop`, and `ftpwall-lite rollback` while a change waits, work as ever; `sh /var/lib/ftpwall-lite/generations/3/firewall start` goes back to an earlier generation, until the next deployment. A machine with the whole program keeps its own generations, so a deployment to it is refused; `plan` and `status` tell of it all the same.',
        ),
      ],
    },
    {
      title: 'New machines',
      blocks: [
        text(
          'cloud-init makes a machine that comes up with a firewall: `/usr/share/doc/ftpwall/examples/cloud-init/user-data.yml` is user data that installs the package, writes `/etc/ftpwall` and loads it with an hour to confirm. Whoever gets in by ssh runs `ftpwall confirm`, by hand or from the program that made the machine:',
        ),
        example('ssh HOST sudo ftpwall confirm\n'),
        text(
          'Without it the machine is again as it was before the load: a mistake in the user data locks nobody out for longer. A firewall that ran on a machine before, by ufw, firewalld or iptables, becomes a folder by `ftpwall init --from FILE`, which says whether it does the same for all packets.',
        ),
      ],
    },
  ],
  seeAlso: ['ftpwall(8)', 'ftpwall-rollback(7)', 'ftpwall-assertions(5)', 'ftpwall-json(5)'],
};
