/** ftpwall-lines: how lines of configuration files are written. */
import { example, type Page, terms, text } from '../document.ts';

export const lines: Page = {
  name: 'ftpwall-lines',
  section: 5,
  summary: 'how lines of configuration files are written',
  sections: [
    {
      title: 'Description',
      blocks: [
        text(
          'Columns are divided by blanks. `-` leaves a column out. `#` begins a comment, anywhere. A line that ends in `\\` goes on in the next. `$NAME` stands for the value of a variable: of `params`, of a setting, or set by `?SET`.',
        ),
        text('Columns can be given by name, behind `;` or between braces:'),
        example('ACCEPT  net  $FW  tcp  22  ; rate=s:3/min:5\nACCEPT  net  $FW  { proto=tcp, dport=22 }\n'),
      ],
    },
    {
      title: 'Directives',
      blocks: [
        terms([
          [
            '?IF condition, ?ELSIF condition, ?ELSE, ?ENDIF',
            'Lines that count only when the condition holds. Variables, numbers, text in quotes, `==`, `eq`, `<`, `&&`, `||`, `!` and parentheses.',
          ],
          ['?SET NAME value, ?RESET NAME', 'Gives a variable a value, or takes it away.'],
          ['?FORMAT number', 'The order of the columns, in files that have several.'],
          ['?SECTION name', 'In `rules`: the state of the packets that the lines are about.'],
          ['?COMMENT text', 'A remark that listings show behind the place of each rule.'],
          ['INCLUDE file', 'The lines of another file.'],
          ['?ERROR text, ?WARNING text, ?INFO text', 'Says the text; ?ERROR refuses to compile.'],
          ['?SHELL command', 'The lines that a shell command prints.'],
        ]),
      ],
    },
    {
      title: 'Words of nft',
      blocks: [
        text(
          'What the columns cannot say stands in the words of nft(8). The target `NFT(…)` holds the rest of the rule: conditions, changes and a verdict, all beside the ordinary columns. Without a verdict the next rule decides. `;; nft` behind the columns adds conditions to a rule of any target; matches of iptables may stand before it.',
        ),
        example(
          '?SECTION NEW\nNFT(tcp option maxseg size 1-500 drop)        net  $FW  tcp\nNFT(ip dscp set ef)                           $FW  net  udp  5060\nACCEPT  net  $FW  tcp  22  ;; nft ip ttl { 63, 64 }\n',
          'rules',
        ),
        text(
          'nft judges the words before anything is loaded, and what it does not understand is told by its line. They stay within their rule: no `;`, `#`, `$` and `\\`, no jumps to chains, and no `ct mark set`, for which there is CONNMARK. `--revoke` ends no connection whose fate hangs on such words, and the check for a lock-out takes them not to hold.',
        ),
      ],
    },
    {
      title: 'Lines of one IP version',
      blocks: [
        text(
          'A folder for both IP versions that asks which one is meant is read once for each of them. What both read holds for both; a line that only one reads is about this IP version alone. That goes for every directive and variable in between, too.',
        ),
        example(
          '?FORMAT 2\n?IF __IPV4\nnet  eth0  dhcp,routefilter\n?ELSE\nnet  eth0  accept_ra=2\n?ENDIF\nloc  eth1\ndmz  eth2\n',
          'interfaces',
        ),
        example(
          '$FW  all  ACCEPT\n?IF __IPV6\nloc  net  ACCEPT\n?ENDIF\nnet  all  DROP  info\nall  all  REJECT  info\n',
          'policy',
        ),
        text(
          'Files whose lines hold for both, such as `modules`, take no such line, and neither do most settings; `ftpwall schema` says of each file and setting whether it is `byVersion`. `params` is told the IP version by `$g_family`, 4 or 6, and is run once for each when it or a file that it includes names it.',
        ),
        example('if [ "$g_family" = 4 ]; then\n  ADMIN=192.0.2.7\nelse\n  ADMIN=2001:db8::7\nfi\n'),
      ],
    },
    {
      title: 'Variables',
      blocks: [
        text(
          '`params` is a script of /bin/sh whose variables the other files can use. It runs with `set -e`: a command that fails is an error at its line, and `command || true` is one that may fail. What is loaded must belong to root or to the invoking user, with all folders on the way, and nobody else may write there; a sticky folder such as /tmp is safe for a folder below it. `check` reads files of anybody, and runs `params` of another user as that user. An unknown variable is an error. A list has commas and no blanks, as in the other files: then `dmz:$WEB` can be written in `rules`.',
        ),
        example('ADMIN=192.0.2.7\nWEB=10.0.2.20,10.0.2.21\n', 'params'),
      ],
    },
  ],
  seeAlso: ['ftpwall(8)', 'ftpwall-rules(5)'],
};
