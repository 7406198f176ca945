/** ftpwall-editors(7): editors that know the language. */
import { example, type Page, terms, text } from '../document.ts';

export const editors: Page = {
  name: 'ftpwall-editors',
  section: 7,
  summary: 'editors that know the firewall',
  sections: [
    {
      title: 'Description',
      blocks: [
        text(
          '`ftpwall lsp` is a language server: an editor starts it, and shows what it says. It judges the folder of each open file as `ftpwall check` does, 200 milliseconds after the last key, with what is typed in place of what is saved. It loads nothing, and writes nothing into the folder.',
        ),
        terms([
          [
            'messages',
            'Each stands at its place, with its code; the places that it names can be jumped to. A line that is never reached is greyed, and the lines that decide before it are named.',
          ],
          [
            'hover',
            'What a column, an option, a setting, a macro or a message means; the value of a variable; the interfaces and addresses of a zone.',
          ],
          ['completion', 'What the column holds: zones, macros, options, settings, interfaces, services.'],
          [
            'names',
            'Definition and references of zones, interfaces, variables, macros, actions and included files. Zones and variables are renamed in all files at once.',
          ],
          [
            'fixes',
            'What `ftpwall check --fix` would write, the word that was most likely meant, and a comment that allows a warning in its line.',
          ],
          [
            'beside a line',
            'The rules that it becomes; on a machine where the folder is loaded, and for root, also the packets that it has met. Above a line of `assertions`, whether it holds.',
          ],
          ['texts', 'Symbols, folding, colours by meaning, and formatting as `ftpwall fmt` does it.'],
        ]),
        text(
          'The folder of a file is the nearest one above it with `ftpwall.conf` (or `shorewall.conf`, `shorewall6.conf`), else the nearest one with `zones`. In folders of more than 150,000 characters the messages that need all rules at once, such as of lines that are never reached, come when nobody has typed for a while.',
        ),
      ],
    },
    {
      title: 'What is run',
      blocks: [
        text(
          'Nothing that is typed is run, and no name server is asked. A `params` file that only assigns is read without a shell. Any other one, and commands of `?SHELL`, are run only when they are saved and lie below /etc; elsewhere the variables are not known and a note says so. The initialization option `runScripts` (true or false) changes that for all folders.',
        ),
      ],
    },
    {
      title: 'Set-up',
      blocks: [
        text('Any editor with a client for language servers: the command is `ftpwall lsp`. What the packages bring:'),
        terms([
          [
            'vim',
            'Colours and file type, at once. For messages give `ftpwall lsp` to a plugin that speaks with language servers.',
          ],
          [
            'neovim',
            'From 0.7 on also the language server, at once; `vim.g.ftpwall_no_lsp = 1` keeps it out, `vim.g.ftpwall_init_options` are its initialization options.',
          ],
          [
            'emacs',
            '`ftpwall-mode`, which starts the server where eglot is installed, unless `ftpwall-use-eglot` is nil.',
          ],
          ['VS Code', 'Its extension lies in /usr/share/ftpwall/editors:'],
        ]),
        example('code --install-extension /usr/share/ftpwall/editors/ftpwall.vsix\n'),
      ],
    },
  ],
  seeAlso: ['ftpwall(8)', 'ftpwall-diagnostics(7)'],
};
