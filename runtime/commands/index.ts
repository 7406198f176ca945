/** The verbs, in the order in which help and manual list them. */
import { subjects } from '../show/subject.ts';
import type { Argument, Options, Verb } from '../verb.ts';

const folder: Argument = { name: 'DIR', required: false, doc: 'the configuration folder (/etc/ftpwall)' };

const folder6: Argument = {
  name: 'DIR6',
  required: false,
  doc: 'a Shorewall6 folder, in addition to the Shorewall folder DIR: both are loaded in one step',
};

const compiling: readonly (keyof Options)[] = ['json', 'quiet', 'color', 'allow', 'family'];
const applying: readonly (keyof Options)[] = [...compiling, 'state', 'force', 'revoke', 'sign'];
const trying: readonly (keyof Options)[] = [...applying, 'confirmWithin'];
const savedName: Argument = {
  name: 'NAME',
  required: false,
  doc: 'the name of a saved firewall (`restore`)',
};

const addresses: Argument = {
  name: 'ADDRESS',
  required: false,
  repeated: true,
  doc: 'one or more addresses, networks or ranges, then optionally a time such as `10m`; without it, until `allow`',
};
const allowed: Argument = {
  name: 'ADDRESS',
  required: false,
  repeated: true,
  doc: 'one or more addresses, networks or ranges',
};
const provider: Argument = {
  name: 'PROVIDER',
  required: true,
  doc: 'a provider of `providers`, its interface, or an optional interface without a provider',
};
const opening: readonly Argument[] = [
  { name: 'SOURCE', required: true, doc: 'the source address or network of connections, or `all`' },
  { name: 'DEST', required: true, doc: 'the destination address or network, or `all`' },
  { name: 'PROTOCOL', required: false, doc: 'a protocol by name or number (any)' },
  { name: 'PORT', required: false, doc: 'a port or a range of ports (any)' },
];
const zoneHosts: Argument = {
  name: 'WORDS',
  required: true,
  repeated: true,
  doc: 'INTERFACE[:ADDRESS,…] and its zone; or the zone and ADDRESS,… if its interfaces share a set',
};

export const verbs: readonly Verb[] = [
  {
    name: 'init',
    summary: 'create a first configuration for this machine',
    description:
      'Detects the interfaces, the default route and your SSH connection, prompts for the rest, and writes a commented configuration that keeps this connection open. With --server, --gateway or --three-zone it does not prompt. With --from it converts a listing, of ufw, firewalld, fail2ban or a hand-written script: one zone for each interface in its rules, and one for all others. The result is compared with the listing for all packets, as `ftpwall verify` does: exit status 0 if all packets are treated alike, 4 if some are not, and 3 if that depends on rules that are not understood. Rules that cannot be converted exactly are listed with their place: one that drops packets is converted so that it drops more, and one that accepts packets must be written by hand. It does not load the firewall, and never overwrites files that contain more than comments.',
    arguments: [folder],
    options: ['from', 'fromSystem', 'server', 'gateway', 'threeZone', 'family', 'quiet'],
    load: () => import('./init.ts'),
  },
  {
    name: 'check',
    summary: 'compile a configuration and report its errors',
    description:
      'Reads and compiles the configuration and changes nothing. One run reports all errors. With --strict it exits 1 if a line is never reached, or if the configuration has a security hole: an open database, a file that ftpwall does not read, a setting that is given twice and similar. Only with --fix it writes files: it replaces legacy syntax with the current one.',
    arguments: [folder, folder6],
    options: [...compiling, 'fix', 'lint', 'notes', 'strict', 'junit', 'sarif', 'tap'],
    load: () => import('./check.ts'),
  },
  {
    name: 'fmt',
    summary: 'align the columns of the configuration files',
    description:
      'Aligns the columns of each file, headings such as `#ACTION SOURCE DEST`, and comments after lines; also in macros and actions. Only blanks change: every line, cell and comment is kept, and the firewall is the same. Directives, scripts, lines continued with `\\`, invalid lines, the text after `;`, settings, and the files `params`, `modules` and `helpers` are not changed. Column widths apply from one heading to the next; a cell of more than 32 characters does not widen the column for shorter ones. All files are replaced, or none. With --check or --diff nothing is written.',
    arguments: [folder],
    options: ['check', 'diff', 'json', 'quiet'],
    load: () => import('./fmt.ts'),
  },
  {
    name: 'migrate',
    summary: 'convert a Shorewall folder to an ftpwall folder',
    description:
      'Writes an ftpwall folder with the same firewall as a Shorewall folder. Comments, variables and conditions are kept, and each changed line is reported. A Shorewall6 folder as the second argument is merged into the same folder, for both IP versions. Before it writes the folder, ftpwall compares the old and the new configuration with the same packets, and stops if they differ. It loads nothing and does not change the old folders.',
    arguments: [
      { name: 'DIR', required: true, doc: 'the Shorewall folder, for example /etc/shorewall' },
      { name: 'DIR6', required: false, doc: 'the Shorewall6 folder' },
    ],
    options: ['to', 'json', 'quiet', 'color', 'allow'],
    load: () => import('./migrate.ts'),
  },
  {
    name: 'compile',
    summary: 'write the ruleset or the stand-alone script',
    description:
      'Writes the nftables ruleset (--output), the stand-alone POSIX script (--script), or both. Without both options, it prints the ruleset on standard output. The script is self-contained and needs neither ftpwall nor Node.js. With --sign, it also writes FILE.sig, a signature of ssh-keygen(1) with the namespace `ftpwall`. A host with ftpwall-lite and the file /etc/ftpwall-lite/allowed_signers runs only signed scripts. If the environment variable FTPWALL_SIGNERS names such a file, the script itself loads nothing without a valid signature. The key must have no passphrase, or be a public key whose private key is in the SSH agent.',
    arguments: [folder, folder6],
    options: [...compiling, 'output', 'script', 'sign'],
    load: () => import('./compile.ts'),
  },
  {
    name: 'why',
    summary: 'show which line decides a packet, and its verdict',
    description:
      'Evaluates the configuration for all packets that match the arguments: which line accepts, drops or rejects them, how DNAT and SNAT translate them, what the verdict depends on, and which lines nearly match. FROM and TO are a zone, `zone:ADDRESS`, or the name of the firewall zone with or without an address; the address of TO is the address that the client uses, before DNAT. For omitted arguments, ftpwall assumes the usual first packet of a connection. With --log it evaluates the packet of a kernel log line. With --pcap it evaluates each packet of a capture with the routes of this machine, and counts the packets by the deciding line. The incoming interface is that of --in, of the capture, or of the route to the source address, in this order. It sends no packets and changes nothing.',
    arguments: [
      { name: 'FROM', required: false, doc: 'the source zone, or `zone:ADDRESS`' },
      { name: 'TO', required: false, doc: 'the destination zone, or `zone:ADDRESS`' },
      { name: 'PROTOCOL', required: false, doc: 'a protocol by name or number (any)' },
      { name: 'PORT', required: false, doc: 'the destination port, a range of ports, or the ICMP type' },
    ],
    options: ['config', 'sourcePort', 'packetState', 'in', 'out', 'log', 'pcap', 'family', 'json', 'color'],
    load: () => import('./why.ts'),
  },
  {
    name: 'diff',
    summary: 'show what one configuration opens or closes compared with another',
    description:
      'Compares the effect of two configurations on all packets, not their text: packets that are newly accepted, newly dropped or rejected, or translated differently, grouped by the old and the new line, each with an example. Comments, the order of lines that do not overlap, split lists and lines that another one covers are not differences. With --intent it also checks whether the change opens exactly the intended packets. Exit status 0: the configurations have the same effect on every packet; 4: they differ.',
    arguments: [
      { name: 'A', required: true, doc: 'the old configuration folder, or the number of a generation' },
      { name: 'B', required: true, doc: 'the new configuration folder, or the number of a generation' },
    ],
    options: ['intent', 'markdown', 'state', 'family', 'json', 'color'],
    load: () => import('./diff.ts'),
  },
  {
    name: 'plan',
    summary: 'show what the next restart opens or closes',
    description:
      'Compares the running generation with the configuration folder, as `ftpwall diff` does. Sets that commands fill keep their elements, because a restart keeps them. It also lists the established connections that the new rules would not accept; they are kept unless `restart --revoke` ends them. With --against it compares the configuration with the output of `nft list ruleset` of this or another machine; an empty output is a machine that accepts everything. It changes nothing.',
    arguments: [folder],
    options: ['intent', 'against', 'markdown', 'state', 'family', 'json', 'color'],
    load: () => import('./plan.ts'),
  },
  {
    name: 'verify',
    summary: 'check whether a configuration has the same effect as the rules of a machine',
    description:
      'Compares a configuration with a listing of rules, for example of Shorewall or of a manual script, by the effect of both on all packets: verdicts and NAT. Exit status 0: same effect on every packet; 4: some packets differ; 3: the result depends on parts of the listing that ftpwall does not understand. ftpwall makes no assumption about such a match or target; it reports and counts its line. Rates, sets, times and similar conditions are equal if they have the same name. Log lines and counters are not compared. A listing of one IP version is compared for this version only.',
    arguments: [folder],
    options: ['against', 'state', 'family', 'json', 'color'],
    long: true,
    load: () => import('./verify.ts'),
  },
  {
    name: 'matrix',
    summary: 'show which services are accepted between the zones',
    description:
      'Prints for each zone pair, and for each service that a line names, whether all of its packets are accepted, dropped or rejected, or only a part of them, and the lines that decide. `everything else` is the rest, which no line names. It sends no packets and changes nothing.',
    arguments: [folder],
    options: ['state', 'family', 'json', 'color'],
    long: true,
    load: () => import('./matrix.ts'),
  },
  {
    name: 'report',
    summary: 'write an HTML page that shows the whole firewall',
    description:
      'Writes one self-contained HTML page that makes no network requests: a map of the zones, the matrix of accepted services with the lines that decide, NAT, FTP, warnings and assertions, and a form that evaluates a packet as `ftpwall why` does. The same configuration produces the same bytes. --counters adds the counters of this machine. --since shows the differences from an earlier report.',
    arguments: [folder],
    options: ['output', 'since', 'counters', 'family', 'allow', 'color'],
    long: true,
    load: () => import('./report.ts'),
  },
  {
    name: 'start',
    summary: 'compile and load the firewall',
    description:
      'Loads the firewall in one step and replaces the loaded one: a machine has one firewall. A Shorewall folder configures one IP version; the rules of the current firewall for the other IP version are kept, unless --family is given. If the kernel rejects a part of it, ftpwall restores the previous state.',
    arguments: [folder, folder6],
    options: applying,
    load: () => import('./start.ts'),
  },
  {
    name: 'restart',
    summary: 'reload the firewall',
    description:
      'Recompiles the configuration and replaces the loaded firewall in one step. Established connections, elements of sets, and counters of unchanged rules are kept. At a terminal it first prints a short summary of the changes for packets.',
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
      'Loads the firewall and prompts whether you can still reach the machine. Without confirmation in time, ftpwall rolls back to the previous rules, even if the terminal, the connection or ftpwall itself was killed. With --no-wait it does not prompt: `ftpwall confirm` keeps the new rules. A reboot before the confirmation loads the previous rules.',
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
    summary: 'load the firewall of a folder for a limited time',
    description:
      'Loads the firewall of the folder and returns immediately. After the time, ftpwall rolls back to the previous rules, unless you run `ftpwall confirm`.',
    arguments: [
      { name: 'DIR', required: true, doc: 'the configuration folder' },
      { name: 'SECONDS', required: false, doc: 'the time until the rollback (60)' },
    ],
    options: trying,
    load: () => import('./try.ts'),
  },
  {
    name: 'confirm',
    summary: 'keep the rules that wait for confirmation',
    description: 'Keeps the rules that safe-start, safe-restart or try loaded, also after a reboot.',
    arguments: [folder],
    options: ['json', 'state'],
    load: () => import('./confirm.ts'),
  },
  {
    name: 'rollback',
    summary: 'roll back to an earlier firewall',
    description:
      'Rolls back the rules that wait for confirmation. If none wait, loads the last confirmed generation before the current one, and marks the current one as rolled back. With a number, loads that generation; an unconfirmed one only with --force. Elements that commands and rules have added to sets since then are kept.',
    arguments: [{ name: 'GENERATION', required: false, doc: 'its number in `ftpwall generations`' }],
    options: ['json', 'state', 'quiet', 'force'],
    load: () => import('./rollback.ts'),
  },
  {
    name: 'generations',
    summary: 'list the firewalls that were loaded',
    description:
      'Lists the generations that can be loaded again, the oldest first: which one is active, which one is loaded at boot, and which were not confirmed or were rolled back.',
    arguments: [folder],
    options: ['state', 'json'],
    load: () => import('./generations.ts'),
  },
  {
    name: 'save',
    summary: 'save the running firewall under a name',
    description: 'Saves a copy of the running firewall. It is kept until `ftpwall forget`.',
    arguments: [savedName],
    options: ['json', 'state'],
    load: () => import('./save.ts'),
  },
  {
    name: 'restore',
    summary: 'load a saved firewall',
    description: 'Loads a saved firewall unchanged, independent of the current configuration.',
    arguments: [savedName],
    options: ['json', 'state', 'quiet', 'force'],
    load: () => import('./restore.ts'),
  },
  {
    name: 'forget',
    summary: 'remove a saved firewall',
    description: 'Removes a copy that `ftpwall save` made.',
    arguments: [savedName],
    options: ['json', 'state'],
    load: () => import('./forget.ts'),
  },
  {
    name: 'refresh',
    summary: 'refresh the addresses of interfaces',
    description:
      'Reads the addresses and gateways that rules reference by interface (`&eth0`), and checks all providers again: a provider is used if its interface is up. Network hooks call it.',
    arguments: [{ name: 'INTERFACE', required: false, doc: 'refresh only this interface' }],
    options: ['json', 'state'],
    load: () => import('./refresh.ts'),
  },
  {
    name: 'enable',
    summary: 'use a provider again',
    description:
      'Reverses `disable`: the provider gets its rules, its routes and its share of connections when its interface is up. An optional interface without a provider gets its settings and its queues.',
    arguments: [provider],
    options: ['json', 'state'],
    load: () => import('./enable.ts'),
  },
  {
    name: 'disable',
    summary: 'stop using a provider',
    description:
      'Removes the rules and routes of a provider, and its share of new connections. Of an optional interface without a provider it removes the queues. It stays disabled after reload, restart and reboot, until `enable`.',
    arguments: [provider],
    options: ['json', 'state'],
    load: () => import('./disable.ts'),
  },
  {
    name: 'reenable',
    summary: 'disable and enable a provider',
    description: 'Removes and adds the rules and routes of a provider.',
    arguments: [provider],
    options: ['json', 'state'],
    load: () => import('./reenable.ts'),
  },
  {
    name: 'monitor',
    summary: 'check providers periodically',
    description:
      'Pings the gateway of each provider, or the given addresses through it. A provider that does not reply in several rounds is disabled; one that replies again in more rounds is enabled. The last working provider is never disabled. Providers that were disabled with `disable` stay disabled, and the script `isusable` runs in each round. It runs until it is stopped; the unit ftpwall-monitor.service runs it.',
    arguments: [
      {
        name: 'TARGET',
        required: false,
        repeated: true,
        doc: 'an address that must reply, or `PROVIDER=ADDRESS` for one provider (the gateways)',
      },
    ],
    options: ['interval', 'failures', 'answers', 'once', 'state'],
    load: () => import('./monitor.ts'),
  },
  {
    name: 'drop',
    summary: 'drop packets from addresses',
    description:
      'Drops new connections from the addresses (BLACKLIST sets the connection states). Your own address, and all or nearly all addresses, require --force. --file drops thousands of addresses in one step; blank lines and `# comments` are ignored. Takes effect immediately and survives restart, stop and reboot.',
    arguments: [addresses],
    options: ['addressFile', 'json', 'state', 'force'],
    load: () => import('./drop.ts'),
  },
  {
    name: 'reject',
    summary: 'reject packets from addresses',
    description:
      'Rejects new connections from the addresses. Takes effect immediately and survives restart, stop and reboot.',
    arguments: [addresses],
    options: ['addressFile', 'json', 'state', 'force'],
    load: () => import('./reject.ts'),
  },
  {
    name: 'logdrop',
    summary: 'log and drop packets from addresses',
    description: 'The same as drop, and logs at BLACKLIST_LOG_LEVEL, or `info`.',
    arguments: [addresses],
    options: ['addressFile', 'json', 'state', 'force'],
    load: () => import('./logdrop.ts'),
  },
  {
    name: 'logreject',
    summary: 'log and reject packets from addresses',
    description: 'The same as reject, and logs at BLACKLIST_LOG_LEVEL, or `info`.',
    arguments: [addresses],
    options: ['addressFile', 'json', 'state', 'force'],
    load: () => import('./logreject.ts'),
  },
  {
    name: 'blacklist',
    summary: 'add addresses to the dynamic blacklist',
    description:
      'Adds addresses to the set of DYNAMIC_BLACKLIST=ipset, to which the policy and the action BLACKLIST also add. Without a time, the setting defines the timeout.',
    arguments: [addresses],
    options: ['addressFile', 'json', 'state', 'force'],
    load: () => import('./blacklist.ts'),
  },
  {
    name: 'allow',
    summary: 'remove addresses from the blacklists',
    description:
      'Removes addresses from all lists of drop, reject, logdrop, logreject, blacklist and BLACKLIST. An address inside a listed network is removed from it; the rest of the network stays listed.',
    arguments: [allowed],
    options: ['addressFile', 'json', 'state'],
    load: () => import('./allow.ts'),
  },
  {
    name: 'open',
    summary: 'accept connections temporarily',
    description:
      'Accepts connections from SOURCE to DEST before all rules, until `ftpwall close` with the same arguments. A call that opens everything requires --force.',
    arguments: opening,
    options: ['json', 'state', 'force'],
    load: () => import('./open.ts'),
  },
  {
    name: 'close',
    summary: 'remove the rule of an open',
    description: 'Removes the rule that `ftpwall open` added with the same arguments.',
    arguments: opening,
    options: ['json', 'state', 'force'],
    load: () => import('./close.ts'),
  },
  {
    name: 'add',
    summary: 'add hosts to a dynamic zone',
    description:
      'Adds hosts to a dynamic zone: `eth0:dynamic` in `hosts`, or `nets=dynamic` in `interfaces`. Takes effect immediately and survives restart, stop and reboot.',
    arguments: [zoneHosts],
    options: ['json', 'state', 'force'],
    load: () => import('./add.ts'),
  },
  {
    name: 'delete',
    summary: 'remove hosts from a dynamic zone',
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
    summary: 'close the machine except for stoppedrules',
    description:
      'Loads the stopped rules of the firewall that was started last, independent of the given folder: loopback, established connections and stoppedrules are accepted. It works even if the configuration has errors.',
    arguments: [folder],
    options: ['json', 'state', 'quiet'],
    load: () => import('./stop.ts'),
  },
  {
    name: 'clear',
    summary: 'remove the firewall: the machine is open',
    description: 'Removes only the table of ftpwall. After that, only other tables filter packets.',
    arguments: [folder],
    options: ['json', 'state'],
    load: () => import('./clear.ts'),
  },
  {
    name: 'status',
    summary: 'show whether the firewall is running, stopped or cleared',
    description:
      'Shows the loaded firewall, whether it is confirmed and unchanged, and which other nftables chains filter the same packets. Exit status 0: running as loaded; 4: stopped or cleared; 5: waiting for confirmation; 6: changed outside ftpwall.',
    arguments: [folder],
    options: ['state', 'json', 'color'],
    load: () => import('./status.ts'),
  },
  {
    name: 'hits',
    summary: 'show the packet counters of each line',
    description:
      'Lists the lines of the loaded configuration with the packets and bytes that they decided. With --watch it refreshes each second and marks the lines whose counters changed.',
    arguments: [],
    options: ['watch', 'state', 'json', 'color'],
    load: () => import('./hits.ts'),
  },
  {
    name: 'top',
    summary: 'show the busiest lines of the configuration each second',
    description:
      'Shows each second the packets and bytes per second of the lines of the loaded firewall, the busiest first, until Ctrl-C or the end of --for. `never` marks a line without packets since the time below the table.',
    arguments: [],
    options: ['for', 'state', 'color'],
    load: () => import('./top.ts'),
  },
  {
    name: 'trace',
    summary: 'trace packets through the loaded rules',
    description:
      'Enables tracing in the kernel for the packets that match the arguments, as in `ftpwall why`, for a limited time (30 seconds without --for). For each packet it prints its zones, its verdict, its DNAT destination, and the line that decides. The table that enables tracing belongs to the process: the kernel removes it when the process ends or is killed. At most 50 packets per second are traced. With --json each packet is one document on its own line.',
    arguments: [
      { name: 'FROM', required: true, doc: 'the source zone, or `zone:ADDRESS`' },
      { name: 'TO', required: true, doc: 'the destination zone, or `zone:ADDRESS`' },
      { name: 'PROTOCOL', required: false, doc: 'a protocol by name or number (any)' },
      { name: 'PORT', required: false, doc: 'the destination port, a range of ports, or the ICMP type' },
    ],
    options: ['for', 'state', 'json', 'color'],
    load: () => import('./trace.ts'),
  },
  {
    name: 'logs',
    summary: 'show logged packets with their zones and lines',
    description:
      'Prints the packets of the kernel log with their log prefix, their zones, and the line of the configuration that logged them. With --file it reads a file in the same format, from syslog, or from ulogd for NFLOG packets (syslogemu). With --follow it continues with new lines. With --json each packet is one document on its own line.',
    arguments: [],
    options: ['follow', 'file', 'state', 'json', 'color'],
    load: () => import('./logs.ts'),
  },
  {
    name: 'metrics',
    summary: 'write counters and state for Prometheus',
    description:
      'Writes the text format of Prometheus for the textfile collector of node_exporter: packets and bytes by line and by zone pair, the time of the last packet of a line, the generation, pending confirmation, outside changes, providers, set sizes, connections with a helper. With --output the file is replaced atomically. The state folder keeps the last values, so that a reload never decreases a counter. The exit status is 0 even if nothing is loaded. /usr/share/doc/ftpwall/examples/prometheus contains alert rules and a dashboard. When it is enabled, ftpwall-metrics.timer writes the file each minute.',
    arguments: [],
    options: ['output', 'state'],
    load: () => import('./metrics.ts'),
  },
  {
    name: 'doctor',
    summary: 'find the causes of failing connections and transfers',
    description:
      'Examines the running machine, changes nothing, and reports each problem, its reason, and the next step: whether the rules are loaded and match the files, kernel modules, other chains that drop. `ftp` also examines FTP transfers: helper parameters, forwarding, routes, listening servers and their configuration, active control connections, counters, SELinux, hosts.deny. Exit status 1: at least one finding is an error.',
    arguments: [{ name: 'TOPIC', required: false, choices: ['ftp'], doc: 'ftp: also examine FTP transfers' }, folder],
    options: ['state', 'json', 'quiet', 'color', 'allow', 'family'],
    load: () => import('./doctor.ts'),
  },
  {
    name: 'show',
    summary: 'show a part of the configuration or the running firewall',
    description:
      'Compiles the configuration, changes nothing, and shows one subject. `show ftp` lists the lines that accept FTP, and prints the settings of vsftpd, ProFTPD, Pure-FTPd and FileZilla Server for the passive range. `show modprobe` prints the lines for machines that load helper modules before the firewall. `show blacklists`, `opens`, `events`, `dynamic` and `sets` list the elements of sets of the running firewall, and their remaining time.',
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
        doc: 'the configuration folder (/etc/ftpwall); for the running firewall, the event, zone or set to show',
      },
    ],
    options: ['json', 'quiet', 'color', 'allow', 'family', 'state'],
    load: () => import('./show.ts'),
  },
  {
    name: 'remote',
    summary: 'plan, deploy and show the firewalls of other machines over SSH',
    description:
      'For a few machines; ftpwall-fleet(7) describes many. A host needs SSH, sh and nft, but no Node.js, and must accept a login of root (or of a user that becomes root with --sudo). `plan` compares the loaded rules of each host with its configuration, as `ftpwall plan --against` does, independent of the tool that loaded them; it changes and installs nothing. `deploy` compiles and signs for all hosts on this machine, then processes one host after the other: it shows the plan, copies the stand-alone script, loads it for the time of --confirm-within, closes the connection, opens a new one, runs the probes, and confirms. If a step fails, the host rolls back, even if it cannot be reached, and the hosts after it are not changed. A host that already runs the same script is skipped. `status` shows which generation is active, whether it waits for confirmation, and whether the rules were changed outside ftpwall. Exit status: `plan`: 4 if packets of a host are affected; `deploy`: 3 if a host refused or rolled back; `status`: 3 if a host did not reply, otherwise 6, 5 or 4, the first that `ftpwall status` returns on a host. HOST is a destination of ssh(1). With the package ftpwall-lite, a host loads its confirmed firewall at boot; with /etc/ftpwall-lite/allowed_signers, it accepts only scripts with a valid signature.',
    arguments: [
      {
        name: 'ACTION',
        required: true,
        choices: ['plan', 'deploy', 'status'],
        doc: '`plan`, `deploy` or `status`',
      },
      { name: 'HOST', required: true, repeated: true, doc: 'a destination of ssh(1): `root@gw1`, or an alias' },
    ],
    options: ['hostConfig', 'sign', 'confirmWithin', 'probe', 'sshConfig', 'sudo', 'family', 'allow', 'json', 'color'],
    load: () => import('./remote.ts'),
  },
  {
    name: 'explain',
    summary: 'explain a message by its code, or a macro by its name',
    description:
      'Prints the page of a message: its meaning, its reason, and the correction. With the name of a macro or action, it prints the lines: `ftpwall explain FTP` shows what `FTP(ACCEPT)` opens.',
    arguments: [
      {
        name: 'CODE',
        required: true,
        doc: 'the code in brackets of a message, such as `unknown-zone`; or a macro or action, such as `FTP`',
      },
    ],
    options: [],
    load: () => import('./explain.ts'),
  },
  {
    name: 'schema',
    summary: 'print the configuration language: files, columns, values, settings',
    description:
      'Prints the column heading of each configuration file. With --json it prints all tables of the language, for editors: files with their columns and formats, types of values, settings with their defaults, options of interfaces and zones, targets, macros, actions and the codes of messages. The field `schema` is 1; the number changes when a field changes its meaning.',
    arguments: [],
    options: ['json'],
    load: () => import('./schema.ts'),
  },
  {
    name: 'lsp',
    summary: 'run the language server for editors',
    description:
      'Runs a language server on standard input and output; editors start it. It checks the folder of each open file as `ftpwall check` does, with the unsaved text, loads nothing and writes nothing. It runs `params` only after it was saved and is in /etc, or if the editor sends `{ "runScripts": true }` as initialization options; a file with only assignments needs no shell. ftpwall-editors(7) describes how to set up editors.',
    arguments: [],
    options: ['stdio', 'state'],
    long: true,
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
    description: 'Prints help on the program or on a verb.',
    arguments: [{ name: 'VERB', required: false, doc: 'one of the verbs' }],
    options: [],
    load: () => import('./help.ts'),
  },
];
