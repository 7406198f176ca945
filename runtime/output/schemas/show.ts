/** What `show` prints. */
import { ftpLine } from './parts.ts';
import { list, number, type OutputSchema, object, schema, text } from './words.ts';

export const showSchemas: readonly OutputSchema[] = [
  {
    verbs: ['show ftp'],
    schema: object('the lines for FTP', {
      schema,
      ports: list('FTP ports', number('a port')),
      'portsPlace?': text('the line that lists them'),
      helped: list('lines with the helper', object('a line', ftpLine)),
      tls: list(
        'servers with TLS',
        object('a server', {
          ...ftpLine,
          passive: object('its open passive range', { first: number('a port'), last: number('a port') }),
          settings: list(
            'the settings for the servers',
            object('a server', {
              server: text('its name'),
              file: text('the configuration file'),
              lines: list('the lines', text('a line')),
            }),
          ),
        }),
      ),
    }),
  },
  {
    verbs: ['show modprobe'],
    schema: object('modules for machines that load them before the firewall', {
      schema,
      modules: list('for /etc/modules-load.d', text('a module')),
      options: list(
        'for /etc/modprobe.d',
        object('a module with its ports', { module: text('its name'), ports: list('eight at most', number('a port')) }),
      ),
    }),
  },
  {
    verbs: ['show marks'],
    schema: object('the owner of each bit of a mark', {
      schema,
      fields: list(
        'the fields of a mark, as the settings define them',
        object('a part', { mask: number('its bits'), owner: text('its owner') }),
      ),
      providers: list(
        'providers with a mark',
        object('a provider', { name: text('its name'), mark: number('its mark') }),
      ),
    }),
  },
  {
    verbs: ['show routing', 'show accounting', 'show tc', 'show classifiers'],
    schema: object('the state of the kernel, as ip(8), tc(8) and nft(8) list it', {
      schema,
      sections: list(
        'each listing',
        object('a listing', { title: text('what it lists'), lines: list('its lines', text('a line')) }),
      ),
    }),
  },
  {
    verbs: ['show blacklists', 'show opens', 'show events', 'show dynamic', 'show sets'],
    schema: object('the elements of sets of the running firewall', {
      schema,
      elements: list(
        'each element',
        object('an element', {
          kind: text('the command that added it, or the set'),
          set: text('the set of nftables'),
          element: text('as nft writes it'),
          'seconds?': number('the remaining time; absent: no timeout'),
        }),
      ),
    }),
  },
];
