/** Questions about refusing addresses. */
import { asks, file, question, type Subject, shell } from './question.ts';

export const blocking: Subject = {
  title: 'Blocking',
  questions: [
    question(
      'block-an-address',
      'How do I block an address, at once and for good?',
      'At once, by a command: it survives restarts, until `allow`. For good, by a line of `blrules`, which stand before all rules.',
      shell('ftpwall drop 198.51.100.66 2h', 'ftpwall allow 198.51.100.66'),
      file('blrules', 'DROP   net:198.51.100.66,192.0.2.0/25   all'),
      asks('net:198.51.100.66 fw tcp 443', 'DROP'),
    ),
    question(
      'blocked-and-still-there',
      'I blocked an address, and it still gets through.',
      'Blacklists are about new connections. What was open goes on, and so does a ping that runs. `BLACKLIST=ALL` makes them hold for packets of open connections, too. And an address that you reach is not an address that reaches you: `blrules` and `drop` look at the source; a line with the address as DEST refuses what you send.',
      file('ftpwall.conf', 'BLACKLIST=ALL'),
      file('blrules', 'DROP   net:198.51.100.66   all', 'REJECT   all   net:198.51.100.66'),
      asks('net:198.51.100.66 fw tcp 443', 'DROP'),
      asks('loc net:198.51.100.66 tcp 443', 'REJECT'),
    ),
    question(
      'scanner-still-reported',
      'A detector of scans still reports addresses that I have blocked.',
      'It reads the network before the firewall does, as tcpdump and snort do, or it reads the log lines of packets that were dropped. Block without a log level, so that it does not read its own success.',
      file('blrules', 'DROP   net:198.51.100.66   all'),
      asks('net:198.51.100.66 fw tcp 22', 'DROP'),
    ),
    question(
      'block-thousands',
      'How do I block a list of thousands of addresses?',
      'As a set: a file of addresses in `ipsets`, or by a command that reads a file in one step. A set costs the same however long it is; fail2ban and scripts use the same command.',
      shell('ftpwall drop --file /var/lib/lists/bad-addresses'),
      file('ipsets', 'create bad hash:net', 'add bad 198.51.100.0/24'),
      file('blrules', 'DROP   net:+bad   all'),
    ),
    question(
      'block-a-country',
      'How do I block, or allow, a country?',
      '`^` and the code of the country stand for its networks, from the folder that GEOIPDIR names; the tools of xtables-addons fill it. Countries are about where an address is registered, not where somebody sits.',
      shell('ACCEPT   net:^[CH,DE]   $FW   tcp   22'),
      'Without such a folder that is an error, not an open port.',
      file('rules', 'SSH(ACCEPT)   loc   $FW'),
    ),
    question(
      'block-a-domain',
      'How do I block a web site by its name?',
      'Not by a firewall: a packet has addresses, and large sites share thousands of them with others. A name in a rule is looked up when the configuration is compiled, and stays as it was then. Use a proxy, or a name server that does not know the name, and let your network ask no other one:',
      file('rules', 'DNS(ACCEPT)   loc   $FW', 'DNS(REJECT)   loc   net'),
      asks('loc fw udp 53', 'ACCEPT'),
      asks('loc net:198.51.100.53 udp 53', 'REJECT'),
    ),
    question(
      'block-who-tries-too-often',
      'How do I block those who try passwords?',
      'The action AutoBL remembers who connects too often: here, who begins five connections within a minute is dropped for an hour. RATE with `s:` only slows down: what is more falls through to the policy. fail2ban reads the logs of services, and its action among the examples calls `ftpwall drop ADDRESS 1h`.',
      file('rules', 'AutoBL(SSH,60,5,0,3600)   net   $FW   tcp   22'),
    ),
    question(
      'known-devices',
      'Can I let only devices that I know speak on my network?',
      'The option `maclist` of the interface and a line of the file for each device. Addresses of this kind are sent by the devices and can be set by anybody: it keeps out guests, not attackers.',
      file('interfaces', '?FORMAT 2', 'net   eth0', 'loc   eth1   maclist', 'dmz   eth2'),
      file('maclist', 'ACCEPT   eth1   ~02-00-00-00-00-05   10.0.1.5', 'ACCEPT   eth1   ~02-00-00-00-00-06'),
    ),
  ],
};
