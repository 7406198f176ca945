/** The verbs, in the order in which help and manual list them. */
import { subjects } from '../show/subject.ts';
import type { Argument, Options, Verb } from '../verb.ts';

const folder: Argument = { name: 'DIR', required: false, doc: 'the configuration folder; /etc/ftpwall when left out' };

const folder6: Argument = {
  name: 'DIR6',
  required: false,
  doc: 'a Shorewall6 folder beside the Shorewall folder DIR: both tables are loaded in one step',
};

const compiling: readonly (keyof Options)[] = ['json', 'quiet', 'color', 'allow', 'family'];
const applying: readonly (keyof Options)[] = [...compiling, 'state', 'force', 'revoke', 'sign'];
const trying: readonly (keyof Options)[] = [...applying, 'confirmWithin'];
const savedName: Argument = {
  name: 'NAME',
  required: false,
  doc: 'the name of a saved firewall; `restore` when left out',
};

const addresses: Argument = {
  name: 'ADDRESS',
  required: false,
  repeated: true,
  doc: 'an address, a network or a range, or several; behind them a time such as `10m`: without it, until `allow`',
};
const allowed: Argument = {
  name: 'ADDRESS',
  required: false,
  repeated: true,
  doc: 'an address, a network or a range, or several',
};
const provider: Argument = {
  name: 'PROVIDER',
  required: true,
  doc: 'a provider of `providers`, or its interface',
};
const opening: readonly Argument[] = [
  { name: 'SOURCE', required: true, doc: 'an address or a network that connections come from, or `all`' },
  { name: 'DEST', required: true, doc: 'an address or a network that they go to, or `all`' },
  { name: 'PROTOCOL', required: false, doc: 'a protocol by name or number; any when left out' },
  { name: 'PORT', required: false, doc: 'a port or a range of ports; any when left out' },
];
const zoneHosts: Argument = {
  name: 'WORDS',
  required: true,
  repeated: true,
  doc: 'INTERFACE[:ADDRESS,…] and the zone behind it; or the zone and ADDRESS,… where its interfaces share a set',
};

export const verbs: readonly Verb[] = [
  {
    name: 'init',
    summary: 'write a first configuration for this machine',
    description:
      'Looks at the interfaces, the default route and your own ssh connection, asks what it cannot see, and writes a commented configuration that keeps this connection open. With --server, --gateway or --three-zone it asks nothing. With --from it writes what a listing says, as of ufw, firewalld, fail2ban or a script written by hand: a zone for each interface that its rules name, and one for all others. What it has written is compared with the listing for all packets, as `ftpwall verify` does: it ends with 0 when every packet fares the same, with 4 when some fare otherwise, and with 3 when that depends on what is not understood. Rules that no line can say are named with their place; one that refuses packets then refuses more than before, and one that accepts is left for you to write. Nothing is started, and files that say something are never replaced.',
    arguments: [folder],
    options: ['from', 'fromSystem', 'server', 'gateway', 'threeZone', 'family', 'quiet'],
    load: () => import('./init.ts'),
  },
  {
    name: 'check',
    summary: 'compile a configuration and say what is wrong with it',
    description:
      'Reads and compiles the configuration and changes nothing. Every mistake is reported in one run. With --strict it exits 1 where a line is never reached, or where the configuration has a hole: an open database, a file that nothing reads, a setting given twice and the like. With --fix, and only then, files are written: old spellings become those of today.',
    arguments: [folder, folder6],
    options: [...compiling, 'fix', 'lint', 'notes', 'strict', 'junit', 'sarif', 'tap'],
    load: () => import('./check.ts'),
  },
  {
    name: 'fmt',
    summary: 'align the columns of the configuration files',
    description:
      'Puts the columns of each file below each other, headings such as `#ACTION SOURCE DEST` and comments behind lines with them; macros and actions, too. Only blanks change: every line, cell and comment stays, and the firewall is the same. Directives, scripts, lines that go on after a `\\`, lines that cannot be read, what stands behind `;`, settings and `params`, `modules` and `helpers` are left as they are. Widths hold from one heading to the next; a cell of more than 32 characters makes no column wide where others are shorter. The files are written in place, all or none, and FILE.bak keeps what was there unless there is one already. With --check or --diff nothing is written.',
    arguments: [folder],
    options: ['check', 'diff', 'json', 'quiet'],
    load: () => import('./fmt.ts'),
  },
  {
    name: 'migrate',
    summary: 'write an ftpwall folder from a Shorewall folder',
    description:
      'Writes a folder of ours that is the same firewall as a Shorewall folder, comments, variables and conditions kept, and tells each line that changed. With a Shorewall6 folder as the second one, both become one folder for both IP versions. Before anything is in its place, the old and the new configuration are asked about the same packets, and a difference refuses the migration. Nothing is loaded, and the old folders stay as they are.',
    arguments: [
      { name: 'DIR', required: true, doc: 'the Shorewall folder, as /etc/shorewall' },
      { name: 'DIR6', required: false, doc: 'the Shorewall6 folder beside it' },
    ],
    options: ['to', 'json', 'quiet', 'color', 'allow'],
    load: () => import('./migrate.ts'),
  },
  {
    name: 'compile',
    summary: 'write the ruleset or the stand-alone script',
    description:
      'Writes the nftables ruleset (--output), the stand-alone POSIX script (--script), or both. With neither, the ruleset goes to standard output. The script holds everything and needs neither this program nor Node.js. With --sign, FILE.sig beside it is a signature of ssh-keygen(1) with the namespace `ftpwall`; a host with ftpwall-lite that has /etc/ftpwall-lite/allowed_signers runs no other script, and where the environment variable FTPWALL_SIGNERS names such a list the script itself loads nothing else. The key has no passphrase, or it is a public key whose other half the ssh agent holds.',
    arguments: [folder, folder6],
    options: [...compiling, 'output', 'script', 'sign'],
    load: () => import('./compile.ts'),
  },
  {
    name: 'why',
    summary: 'which line decides about a packet, and what happens to it',
    description:
      'Answers from the configuration, for all packets that the question leaves open: which line accepts or refuses them, where DNAT and SNAT send them, what the answer depends on, and which lines nearly matched. FROM and TO are a zone, `zone:ADDRESS`, or the name of the firewall zone with or without an address; the address of TO is the one that the client uses, before DNAT. What is left out means the ordinary first packet of a connection. With --log the question is the packet of a line that the kernel has logged. With --pcap each packet of a capture is judged, by the routes of this machine, and counted by the line that decides; packets came by the interface of --in, else by the one that the capture names, else by that of the route back to their sender. Nothing is sent and nothing is changed.',
    arguments: [
      { name: 'FROM', required: false, doc: 'the zone, or `zone:ADDRESS`, that the packet comes from' },
      { name: 'TO', required: false, doc: 'the zone, or `zone:ADDRESS`, that it is sent to' },
      { name: 'PROTOCOL', required: false, doc: 'a protocol by name or number; any when left out' },
      { name: 'PORT', required: false, doc: 'the destination port, a range of ports, or the ICMP type' },
    ],
    options: ['config', 'sourcePort', 'packetState', 'in', 'out', 'log', 'pcap', 'family', 'json', 'color'],
    load: () => import('./why.ts'),
  },
  {
    name: 'diff',
    summary: 'what one configuration opens or closes compared with another',
    description:
      'Compares two configurations by what they do to all packets, not by their text: what opens, what closes, what is translated otherwise, by the old line and the new one, with an example of each. Comments, the order of lines that do not overlap, lists that are split and lines that another one covers are no change. With --intent it says, too, whether the change opens exactly what was meant. Ends with 0 when every packet fares the same, else with 4.',
    arguments: [
      { name: 'A', required: true, doc: 'the configuration folder from before, or the number of a generation' },
      { name: 'B', required: true, doc: 'the configuration folder from after, or the number of a generation' },
    ],
    options: ['intent', 'markdown', 'state', 'family', 'json', 'color'],
    load: () => import('./diff.ts'),
  },
  {
    name: 'plan',
    summary: 'what the next restart opens or closes',
    description:
      'Compares the running generation with the configuration folder, as `ftpwall diff` does; sets that commands fill are taken as they are, since a restart keeps them. Then it lists the open connections that would not be admitted any more: they go on unless `restart --revoke` ends them. With --against the configuration is compared with what `nft list ruleset` has printed, on this or another machine; nothing printed is a machine that lets everything through. Nothing is changed.',
    arguments: [folder],
    options: ['intent', 'against', 'markdown', 'state', 'family', 'json', 'color'],
    load: () => import('./plan.ts'),
  },
  {
    name: 'verify',
    summary: 'whether a configuration does the same as the rules of a machine',
    description:
      'Compares a configuration with a listing of rules, as of Shorewall or of a script written by hand, by what both do to all packets: their verdicts, and where they send packets by NAT. Ends with 0 when every packet fares the same, with 4 when some fare otherwise, and with 3 when that depends on what of the listing is not understood. Nothing is assumed of a condition or a target that is not understood: its line is named and counted. Rates, sets, times and the like, which no packet tells, are the same where they are called the same. Log lines and counters are not compared. A listing of one IP version is compared for that version.',
    arguments: [folder],
    options: ['against', 'state', 'family', 'json', 'color'],
    load: () => import('./verify.ts'),
  },
  {
    name: 'matrix',
    summary: 'what passes between which zones, service by service',
    description:
      'Prints for each pair of zones, and for each service that some line names, whether all of its packets are accepted, dropped or rejected, or only a part of them, with the lines that decide. What no line names stands for itself, as everything else. Nothing is sent and nothing is changed.',
    arguments: [folder],
    options: ['state', 'family', 'json', 'color'],
    load: () => import('./matrix.ts'),
  },
  {
    name: 'report',
    summary: 'write a page that shows the whole firewall',
    description:
      'Writes one HTML page that needs nothing else and sends nothing anywhere: a map of the zones, the matrix of what passes between them with the lines that decide, NAT, FTP, warnings and assertions, and a box in which one types a packet and the page itself answers as `ftpwall why` does. The same configuration makes the same bytes; with --counters what this machine has counted is added. With --since it tells what is otherwise than in an earlier report.',
    arguments: [folder],
    options: ['output', 'since', 'counters', 'family', 'allow', 'color'],
    load: () => import('./report.ts'),
  },
  {
    name: 'start',
    summary: 'compile and load the firewall',
    description:
      'Loads the firewall in one step, in place of the one that is loaded: there is one on a machine. A Shorewall folder tells of one IP version only; what the current firewall has from a folder for the other one stays as it is, unless --family is given. If the system refuses a part of it, everything is put back as it was.',
    arguments: [folder, folder6],
    options: applying,
    load: () => import('./start.ts'),
  },
  {
    name: 'restart',
    summary: 'reload the firewall',
    description:
      'Recompiles the configuration and replaces the loaded firewall in one step. Established connections, elements of sets, and counters of unchanged rules are kept. At a terminal it first says in a few lines what changes for packets.',
    arguments: [folder, folder6],
    options: applying,
    load: () => import('./restart.ts'),
  },
  {
    name: 'reload',
    summary: 'the same as restart',
    description: 'The same as restart.',
    arguments: [folder, folder6],
    options: applying,
    load: () => import('./reload.ts'),
  },
  {
    name: 'safe-start',
    summary: 'load the firewall, roll back unless confirmed',
    description:
      'Loads the firewall and asks whether you can still reach the machine. Without a yes in time, the rules from before come back: also when the terminal, the connection or this program has died. With --no-wait nobody is asked: `ftpwall confirm` keeps the new rules. A machine that is restarted before comes up with the old ones.',
    arguments: [folder, folder6],
    options: [...trying, 'wait'],
    load: () => import('./safe-start.ts'),
  },
  {
    name: 'safe-restart',
    summary: 'the same as safe-start',
    description: 'The same as safe-start.',
    arguments: [folder, folder6],
    options: [...trying, 'wait'],
    load: () => import('./safe-restart.ts'),
  },
  {
    name: 'try',
    summary: 'load the firewall of a folder for a while',
    description:
      'Loads the firewall of the folder and returns at once. After the time the rules from before come back, unless `ftpwall confirm` was called.',
    arguments: [
      { name: 'DIR', required: true, doc: 'the configuration folder' },
      { name: 'SECONDS', required: false, doc: 'how long to try it; 60 when left out' },
    ],
    options: trying,
    load: () => import('./try.ts'),
  },
  {
    name: 'confirm',
    summary: 'keep the rules that wait for confirmation',
    description: 'Keeps what safe-start, safe-restart or try have loaded, also for the next start of the machine.',
    arguments: [folder],
    options: ['json', 'state'],
    load: () => import('./confirm.ts'),
  },
  {
    name: 'rollback',
    summary: 'go back to an earlier firewall',
    description:
      'Takes back what waits for confirmation. When nothing does, loads the last generation before the current one that was confirmed; the current one is marked as rolled back. With a number, loads that generation; one that was never confirmed only with --force. What commands and rules have put into sets since stays.',
    arguments: [{ name: 'GENERATION', required: false, doc: 'its number, as `ftpwall generations` lists it' }],
    options: ['json', 'state', 'quiet', 'force'],
    load: () => import('./rollback.ts'),
  },
  {
    name: 'generations',
    summary: 'list the firewalls that were loaded',
    description:
      'Lists what can be loaded again, the oldest first, which of them runs and comes up at the next start, and which were not confirmed or were rolled back.',
    arguments: [folder],
    options: ['state', 'json'],
    load: () => import('./generations.ts'),
  },
  {
    name: 'save',
    summary: 'keep the running firewall under a name',
    description: 'Keeps a copy of the running firewall, however many others are loaded later.',
    arguments: [savedName],
    options: ['json', 'state'],
    load: () => import('./save.ts'),
  },
  {
    name: 'restore',
    summary: 'load a saved firewall',
    description: 'Loads a firewall as it was when it was saved, whatever the configuration says now.',
    arguments: [savedName],
    options: ['json', 'state', 'quiet', 'force'],
    load: () => import('./restore.ts'),
  },
  {
    name: 'forget',
    summary: 'remove a saved firewall',
    description: 'Removes the copy that save has made.',
    arguments: [savedName],
    options: ['json', 'state'],
    load: () => import('./forget.ts'),
  },
  {
    name: 'refresh',
    summary: 'refresh the addresses of interfaces',
    description:
      'Reads the addresses and gateways that rules name by an interface (`&eth0`), and looks at all providers again: those whose interface is up are used, others are not. Hooks of the network call it.',
    arguments: [{ name: 'INTERFACE', required: false, doc: 'only what concerns this interface' }],
    options: ['json', 'state'],
    load: () => import('./refresh.ts'),
  },
  {
    name: 'enable',
    summary: 'use a provider again',
    description:
      'Takes back `disable`: the provider gets its rules, its routes and its share of connections as soon as its interface is up.',
    arguments: [provider],
    options: ['json', 'state'],
    load: () => import('./enable.ts'),
  },
  {
    name: 'disable',
    summary: 'use a provider no more',
    description:
      'Takes the rules and routes of a provider away, and its share of new connections. It stays disabled over reload, restart and the next start of the machine, until `enable`.',
    arguments: [provider],
    options: ['json', 'state'],
    load: () => import('./disable.ts'),
  },
  {
    name: 'reenable',
    summary: 'disable and enable a provider',
    description: 'Makes the rules and routes of a provider anew.',
    arguments: [provider],
    options: ['json', 'state'],
    load: () => import('./reenable.ts'),
  },
  {
    name: 'monitor',
    summary: 'ask again and again whether providers lead anywhere',
    description:
      'Pings through each provider, its gateway or the addresses that are named. One that gives no answer in several rounds is used no more, and one that answers again in more rounds is; the last one that is left stays. What was disabled by `disable` stays so, and the script `isusable` is asked in each round. It runs until it is ended; the unit ftpwall-monitor.service does.',
    arguments: [
      {
        name: 'TARGET',
        required: false,
        repeated: true,
        doc: 'an address that must answer, or `PROVIDER=ADDRESS` for one of them; the gateways when left out',
      },
    ],
    options: ['interval', 'failures', 'answers', 'once', 'state'],
    load: () => import('./monitor.ts'),
  },
  {
    name: 'drop',
    summary: 'drop what comes from addresses',
    description:
      'New connections from the addresses are dropped (BLACKLIST says for which states). Your own address, and (nearly) all addresses, want --force. With --file thousands of addresses are dropped in one step: blank lines and `# comments` are passed over. Takes effect immediately and survives restart, stop and reboot.',
    arguments: [addresses],
    options: ['addressFile', 'json', 'state', 'force'],
    load: () => import('./drop.ts'),
  },
  {
    name: 'reject',
    summary: 'reject what comes from addresses',
    description:
      'New connections from the addresses are rejected. Takes effect immediately and survives restart, stop and reboot.',
    arguments: [addresses],
    options: ['addressFile', 'json', 'state', 'force'],
    load: () => import('./reject.ts'),
  },
  {
    name: 'logdrop',
    summary: 'log and drop what comes from addresses',
    description: 'As drop, and logged at BLACKLIST_LOG_LEVEL, or `info`.',
    arguments: [addresses],
    options: ['addressFile', 'json', 'state', 'force'],
    load: () => import('./logdrop.ts'),
  },
  {
    name: 'logreject',
    summary: 'log and reject what comes from addresses',
    description: 'As reject, and logged at BLACKLIST_LOG_LEVEL, or `info`.',
    arguments: [addresses],
    options: ['addressFile', 'json', 'state', 'force'],
    load: () => import('./logreject.ts'),
  },
  {
    name: 'blacklist',
    summary: 'put addresses on the blacklist that rules fill',
    description:
      'Puts addresses into the set of DYNAMIC_BLACKLIST=ipset, which the policy and the action BLACKLIST fill too. Without a time they stay as long as the setting says.',
    arguments: [addresses],
    options: ['addressFile', 'json', 'state', 'force'],
    load: () => import('./blacklist.ts'),
  },
  {
    name: 'allow',
    summary: 'let addresses through again',
    description:
      'Takes addresses off every list that drop, reject, logdrop, logreject, blacklist and BLACKLIST have put them on, also out of a network; the rest of it stays refused.',
    arguments: [allowed],
    options: ['addressFile', 'json', 'state'],
    load: () => import('./allow.ts'),
  },
  {
    name: 'open',
    summary: 'let connections through for the time being',
    description:
      'Connections from SOURCE to DEST are accepted before any rule, until `ftpwall close` with the same words. What opens everything wants --force.',
    arguments: opening,
    options: ['json', 'state', 'force'],
    load: () => import('./open.ts'),
  },
  {
    name: 'close',
    summary: 'end what open has begun',
    description: 'Takes back an `ftpwall open` with the same words.',
    arguments: opening,
    options: ['json', 'state', 'force'],
    load: () => import('./close.ts'),
  },
  {
    name: 'add',
    summary: 'add hosts to a dynamic zone',
    description:
      'Adds hosts to a zone whose hosts come and go: `eth0:dynamic` in `hosts`, or `nets=dynamic` in `interfaces`. Takes effect immediately and survives restart, stop and reboot.',
    arguments: [zoneHosts],
    options: ['json', 'state', 'force'],
    load: () => import('./add.ts'),
  },
  {
    name: 'delete',
    summary: 'take hosts out of a dynamic zone',
    description: 'The reverse of add.',
    arguments: [zoneHosts],
    options: ['json', 'state', 'force'],
    load: () => import('./delete.ts'),
  },
  {
    name: 'switch',
    summary: 'turn rules on or off',
    description:
      'Turns the rules with this name in SWITCH on or off. Takes effect immediately and survives restart, stop and reboot.',
    arguments: [
      { name: 'NAME', required: true, doc: 'the name of the switch' },
      { name: 'VALUE', required: true, choices: ['on', 'off'], doc: '`on` or `off`' },
    ],
    options: ['json', 'state', 'force'],
    load: () => import('./switch.ts'),
  },
  {
    name: 'stop',
    summary: 'close the machine except for what stoppedrules allows',
    description:
      'Loads the stopped rules of the firewall that was started last, whatever folder is named: loopback, established connections and stoppedrules get through. It works even when the configuration is broken.',
    arguments: [folder],
    options: ['json', 'state', 'quiet'],
    load: () => import('./stop.ts'),
  },
  {
    name: 'clear',
    summary: 'remove the firewall: the machine is open',
    description: 'Removes our table and nothing else. Nothing is filtered afterwards, except by tables of others.',
    arguments: [folder],
    options: ['json', 'state'],
    load: () => import('./clear.ts'),
  },
  {
    name: 'status',
    summary: 'say whether the firewall is running, stopped or cleared',
    description:
      'Says what is loaded, whether it is confirmed and unchanged, and which other nftables chains filter the same packets. Exit status 0: running as loaded; 4: stopped or cleared; 5: waiting for confirmation; 6: changed by others.',
    arguments: [folder],
    options: ['state', 'json', 'color'],
    load: () => import('./status.ts'),
  },
  {
    name: 'hits',
    summary: 'show how many packets each line has met',
    description:
      'Lists the lines of the loaded configuration with the packets and bytes that they decided. With --watch it looks again each second and marks the lines that have just counted.',
    arguments: [],
    options: ['watch', 'state', 'json', 'color'],
    load: () => import('./hits.ts'),
  },
  {
    name: 'top',
    summary: 'the busiest lines of the configuration, second by second',
    description:
      'Shows each second what the lines of the loaded firewall count, the busiest first, with packets and bytes a second, until Ctrl-C or the end of --for. A line that has counted nothing says `never`: no packet has met it since the time below the table.',
    arguments: [],
    options: ['for', 'state', 'color'],
    load: () => import('./top.ts'),
  },
  {
    name: 'trace',
    summary: 'follow packets through the loaded rules while they pass',
    description:
      'Switches tracing on in the kernel for the packets of a question, as of `ftpwall why`, for a bounded time (30 seconds when --for is left out), and prints of each packet its zones, its verdict, where DNAT sends it, and the line that decides. The table that switches tracing on belongs to the process: the kernel removes it when the time is over, and also when the process is killed. At most 50 packets a second are traced. With --json each packet is a document on a line of its own.',
    arguments: [
      { name: 'FROM', required: true, doc: 'the zone, or `zone:ADDRESS`, that packets come from' },
      { name: 'TO', required: true, doc: 'the zone, or `zone:ADDRESS`, that they are sent to' },
      { name: 'PROTOCOL', required: false, doc: 'a protocol by name or number; any when left out' },
      { name: 'PORT', required: false, doc: 'the destination port, a range of ports, or the ICMP type' },
    ],
    options: ['for', 'state', 'json', 'color'],
    load: () => import('./trace.ts'),
  },
  {
    name: 'logs',
    summary: 'logged packets with their zones and the lines that logged them',
    description:
      'Prints the packets of the kernel log with what is logged in front of them, the zones that they go between, and the line of the configuration that logged them. With --file it reads a file of the same form, as syslog writes it, or ulogd for packets of NFLOG (syslogemu). With --follow it goes on with what comes. With --json each packet is a document on a line of its own.',
    arguments: [],
    options: ['follow', 'file', 'state', 'json', 'color'],
    load: () => import('./logs.ts'),
  },
  {
    name: 'metrics',
    summary: 'write counters and state for Prometheus',
    description:
      'Writes the text format of Prometheus for the textfile collector of its node exporter: packets and bytes by line and by pair of zones, when a line last counted, the generation, what waits for confirmation, drift, providers, sizes of sets, connections with a helper. With --output the file is replaced whole. What was told is kept in the state folder, so that counters never go back at a reload. Exit status 0 also when nothing is loaded. /usr/share/doc/ftpwall/examples/prometheus holds alert rules and a dashboard, and ftpwall-metrics.timer writes the file each minute once it is enabled.',
    arguments: [],
    options: ['output', 'state'],
    load: () => import('./metrics.ts'),
  },
  {
    name: 'doctor',
    summary: 'look for what keeps connections or transfers from working',
    description:
      'Looks at the running machine, changes nothing, and says what is wrong, why, and what to do next: whether the rules are loaded and equal to the files, kernel modules, chains of others that drop. With `ftp` also what transfers need: parameters of the helper, forwarding, routes, listening servers and their configuration, live control connections, counters, SELinux, hosts.deny. Exit status 1 when there is an error among the findings.',
    arguments: [{ name: 'TOPIC', required: false, choices: ['ftp'], doc: 'ftp: also what transfers need' }, folder],
    options: ['state', 'json', 'quiet', 'color', 'allow', 'family'],
    load: () => import('./doctor.ts'),
  },
  {
    name: 'show',
    summary: 'show what a configuration means',
    description:
      'Compiles the configuration, changes nothing, and shows one subject of it. `show ftp` names the lines that let FTP through, and prints the settings of vsftpd, ProFTPD, Pure-FTPd and FileZilla Server that match the passive range. `show modprobe` prints the lines for machines that load the modules of helpers before the firewall. `show blacklists`, `opens`, `events`, `dynamic` and `sets` tell what sets of the running firewall hold, and the time that is left.',
    arguments: [
      {
        name: 'SUBJECT',
        required: true,
        choices: subjects.map(({ name }) => name),
        doc: subjects.map(({ name, doc }) => `${name}: ${doc}`).join('; '),
      },
      {
        name: 'DIR',
        required: false,
        doc: 'the configuration folder; /etc/ftpwall when left out. Of what runs: the one event, zone or set to show',
      },
    ],
    options: ['json', 'quiet', 'color', 'allow', 'family', 'state'],
    load: () => import('./show.ts'),
  },
  {
    name: 'remote',
    summary: 'plan, deploy and look at the firewalls of other machines over ssh',
    description:
      'For a few machines; ftpwall-fleet(7) tells of many. Hosts need ssh, sh and nft, no Node.js, and let root log in (or a user who becomes root by --sudo). `plan` compares what each host has loaded with its configuration, whoever loaded it, as `ftpwall plan --against` does; nothing is changed or installed. `deploy` compiles for all hosts and signs here, then takes one after the other: it shows the plan, copies the stand-alone script, loads it for the time of --confirm-within, closes the connection, opens a new one, runs the probes, and confirms. If anything fails the host rolls back, by itself where it cannot be reached, and the hosts behind it are not touched. A host that runs the same script already is left alone. `status` says which generation runs, whether it waits for its confirmation, and whether others have changed the rules. Exit status: of `plan` 4 where packets of some host fare otherwise; of `deploy` 3 when a host refused or rolled back; of `status` that of the host with the worst news. HOST is what ssh(1) takes; where the package ftpwall-lite is installed the host loads its confirmed firewall at boot, and with /etc/ftpwall-lite/allowed_signers it takes nothing that none of these has signed.',
    arguments: [
      {
        name: 'ACTION',
        required: true,
        choices: ['plan', 'deploy', 'status'],
        doc: '`plan`, `deploy` or `status`',
      },
      { name: 'HOST', required: true, repeated: true, doc: 'a host as ssh(1) takes it: `root@gw1`, or an alias' },
    ],
    options: ['hostConfig', 'sign', 'confirmWithin', 'probe', 'sshConfig', 'sudo', 'family', 'allow', 'json', 'color'],
    load: () => import('./remote.ts'),
  },
  {
    name: 'explain',
    summary: 'explain a message by its code, or a macro by its name',
    description:
      'Prints the page of a diagnostic: when it is given, why, and what to write instead. With the name of a macro or an action prints its lines: what `FTP(ACCEPT)` opens is told by `ftpwall explain FTP`.',
    arguments: [
      {
        name: 'CODE',
        required: true,
        doc: 'what stands in brackets in a message, as `unknown-zone`; or a macro or an action, as `FTP`',
      },
    ],
    options: [],
    load: () => import('./explain.ts'),
  },
  {
    name: 'schema',
    summary: 'print the configuration language: files, columns, values, settings',
    description:
      'Prints the heading of each configuration file. With --json all that the tables of the language say, for editors: files with their columns and formats, types of values, settings with their defaults, options of interfaces and zones, targets, macros, actions and the codes of messages. The object says `schema: 1`; the number changes when something in it changes its meaning.',
    arguments: [],
    options: ['json'],
    load: () => import('./schema.ts'),
  },
  {
    name: 'lsp',
    summary: 'speak with an editor: messages while typing, completion, renaming',
    description:
      'Runs a language server on standard input and output, for editors; none is started by hand. It judges the folder of each open file as `ftpwall check` does, with what is typed in place of what is saved, loads nothing and writes nothing. `params` is run only when it is saved and lies below /etc, or the editor sends `{ "runScripts": true }` as initialization options; a file that only assigns needs no shell. ftpwall-editors(7) says how editors are set up.',
    arguments: [],
    options: ['stdio', 'state'],
    load: () => import('./lsp.ts'),
  },
  {
    name: 'version',
    summary: 'print the version',
    description: 'Prints the version of ftpwall.',
    arguments: [],
    options: ['json'],
    load: () => import('./version.ts'),
  },
  {
    name: 'help',
    summary: 'print help on the program or on a verb',
    description: 'Prints help on the program, or on one verb.',
    arguments: [{ name: 'VERB', required: false, doc: 'one of the verbs' }],
    options: [],
    load: () => import('./help.ts'),
  },
];
