/** The user's own scripts beside the configuration files (shorewall-extensions, "Extension Scripts"). */

/** Those that the stand-alone script runs, the functions of `lib.private` before each. */
export const carriedScripts: readonly string[] = [
  'init',
  'start',
  'started',
  'stop',
  'stopped',
  'clear',
  'isusable',
  'findgw',
  'enabled',
  'disabled',
  'tcstart',
  'tcclear',
  'lib.private',
];

/** Shell that runs while the firewall runs, or asks it something; what is not carried belongs to what Shorewall alone does. */
export const shellScripts: readonly string[] = [
  ...carriedScripts,
  'refresh',
  'refreshed',
  'restored',
  'savesets',
  'scfilter',
];

/** Perl that Shorewall runs inside its compiler. */
export const perlHooks: readonly string[] = ['compile', 'initdone', 'maclog', 'postcompile'];
