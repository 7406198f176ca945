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
          '`ftpwall lsp` is a language server, started by your editor. 200 milliseconds after the last key press it checks the folder of the open file as `ftpwall check` does, using the text in the editor instead of the saved file. It loads nothing and writes nothing into the folder.',
        ),
        terms([
          [
            'messages',
            'Errors and warnings at their place, with their code and links to related lines. A line that is never reached is greyed, with the lines that decide before it.',
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
            'The corrections of `ftpwall check --fix`, the most similar known word, and a comment that silences a warning on its line.',
          ],
          [
            'beside a line',
            'The compiled meaning of the line; for root on a machine where the folder is loaded, also its packet counter. Above a line of `assertions`, whether it holds.',
          ],
          ['texts', 'Symbols, folding, colours by meaning, and formatting as `ftpwall fmt` does it.'],
        ]),
        text(
          'The folder of a file is the nearest one above it with `ftpwall.conf` (or `shorewall.conf`, `shorewall6.conf`), else the nearest one with `zones`. In folders of more than 150,000 characters, messages that need all rules, such as lines that are never reached, appear after a longer pause.',
        ),
      ],
    },
    {
      title: 'What is run',
      blocks: [
        text(
          'Unsaved text is never executed, and no DNS queries are made. A `params` file with only assignments is read without a shell. Other `params` files and `?SHELL` commands are run only if they are saved and below /etc; elsewhere their variables are unknown and a note says so. The initialization option `runScripts` (true or false) changes that for all folders.',
        ),
      ],
    },
    {
      title: 'Set-up',
      blocks: [
        text('In any editor with a language server client, configure the command `ftpwall lsp`. The packages contain:'),
        terms([
          [
            'vim',
            'File type and highlighting, without set-up. For messages, add `ftpwall lsp` to a language server plugin.',
          ],
          [
            'neovim',
            'From 0.7 on also the language server, without set-up; `vim.g.ftpwall_no_lsp = 1` disables it, `vim.g.ftpwall_init_options` sets its initialization options.',
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
