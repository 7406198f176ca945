/** The user's own scripts beside the configuration files (shorewall-extensions, "Extension Scripts"). */

/** Shell that runs while the firewall runs, or asks it something: carried as it is, or not used. */
export const shellScripts: readonly string[] = [
  'init',
  'start',
  'started',
  'stop',
  'stopped',
  'clear',
  'refresh',
  'refreshed',
  'restored',
  'enabled',
  'disabled',
  'tcclear',
  'isusable',
  'findgw',
  'savesets',
  'scfilter',
  'lib.private',
];

/**
 * Those of them that the stand-alone script runs, the functions of `lib.private` before each; the others belong to what
 * Shorewall alone does.
 */
export const carriedScripts: readonly string[] = [
  'init',
  'start',
  'started',
  'stop',
  'stopped',
  'clear',
  'lib.private',
];

/** Perl that Shorewall runs inside its compiler. */
export const perlHooks: readonly string[] = ['compile', 'initdone', 'maclog', 'postcompile'];
