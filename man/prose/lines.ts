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
          'Columns are separated by blanks. `-` means an empty column. `#` starts a comment. A line that ends in `\\` continues on the next. `$NAME` is replaced by the value of a variable: from `params`, a setting, or `?SET`.',
        ),
        text('Columns can also be given by name, after `;` or in braces:'),
        example('ACCEPT  net  $FW  tcp  22  ; rate=s:3/min:5\nACCEPT  net  $FW  { proto=tcp, dport=22 }\n'),
      ],
    },
    {
      title: 'Directives',
      blocks: [
        terms([
          [
            '?IF condition, ?ELSIF condition, ?ELSE, ?ENDIF',
            'Lines that are used only if the condition is true. Conditions contain variables, numbers, quoted text, `==`, `eq`, `<`, `&&`, `||`, `!` and parentheses.',
          ],
          ['?SET NAME value, ?RESET NAME', 'Sets or unsets a variable.'],
          ['?FORMAT number', 'The order of the columns, in files that have several.'],
          ['?SECTION name', 'In `rules`: the connection state that the following lines apply to.'],
          ['?COMMENT text', 'A comment that is shown in listings after the place of each rule.'],
          ['INCLUDE file', 'The lines of another file.'],
          ['?ERROR text, ?WARNING text, ?INFO text', 'Prints the text; ?ERROR also stops the compilation.'],
          ['?SHELL command', 'The lines that a shell command prints.'],
        ]),
      ],
    },
    {
      title: 'Raw nft expressions',
      blocks: [
        text(
          'Use nft(8) syntax for what the columns cannot express. The target `NFT(…)` contains matches, statements and a verdict, in addition to the columns. Without a verdict the next rule decides. `;; nft` after the columns adds matches to a rule with any target; iptables matches may precede it.',
        ),
        example(
          '?SECTION NEW\nNFT(tcp option maxseg size 1-500 drop)        net  $FW  tcp\nNFT(ip dscp set ef)                           $FW  net  udp  5060\nACCEPT  net  $FW  tcp  22  ;; nft ip ttl { 63, 64 }\n',
          'rules',
        ),
        text(
          'nft checks the expressions before anything is loaded; errors are reported with their line. They cannot leave their rule: no `;`, `#`, `$` and `\\`, no jumps to chains, and no `ct mark set` (use CONNMARK). `--revoke` keeps connections that depend on raw nft; the lock-out check assumes that such rules do not match.',
        ),
      ],
    },
    {
      title: 'Lines of one IP version',
      blocks: [
        text(
          'If the files of a folder test the IP version, they are read once for each version. Lines that are read for both versions apply to both; a line that is read for only one applies to that version. This also holds for directives and variables.',
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
          'Some files, such as `modules`, and most settings always apply to both versions; `ftpwall schema` lists which can differ (`byVersion`). In `params` the IP version is in `$g_family`, 4 or 6; if `params` or an included file uses it, the script is run once for each version.',
        ),
        example('if [ "$g_family" = 4 ]; then\n  ADMIN=192.0.2.7\nelse\n  ADMIN=2001:db8::7\nfi\n'),
      ],
    },
    {
      title: 'Variables',
      blocks: [
        text(
          '`params` is a /bin/sh script; the other files can use its variables. It runs with `set -e`: a failing command is an error at its line; write `command || true` where failure is acceptable. To be loaded, the files and all folders above them must be owned by root or the invoking user and not be writable by others (sticky folders such as /tmp are allowed above). `check` reads files of any owner, and runs `params` of another user as that user. An unknown variable is an error. Write lists with commas and without blanks, so that `dmz:$WEB` works in `rules`.',
        ),
        example('ADMIN=192.0.2.7\nWEB=10.0.2.20,10.0.2.21\n', 'params'),
      ],
    },
  ],
  seeAlso: ['ftpwall(8)', 'ftpwall-rules(5)'],
};
