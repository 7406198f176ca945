/** The user's own scripts beside the configuration files (shorewall-extensions, "Extension Scripts"). */

/** The moments at which the stand-alone script runs one. */
export const scriptMoments = [
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
] as const;

/** Those that the stand-alone script carries: the functions of `lib.private` stand before each of the others. */
export const carriedScripts: readonly string[] = [...scriptMoments, 'lib.private'];

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
