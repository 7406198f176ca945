import { file } from '../schema.ts';

const columns = {
  command: { type: 'command', required: true, doc: 'always `loadmodule`' },
  module: {
    type: 'module',
    required: true,
    doc: 'the kernel module, by its current or legacy name',
    example: 'nf_conntrack_ftp',
  },
  parameters: {
    type: 'moduleParameters',
    doc: 'the ports of the protocol: `ports=21,2121`; other parameters are not passed to the module',
    example: 'ports=21,2121',
  },
} as const;

/** Which ports speak FTP and the other protocols that need a helper. */
export const helpers = file({
  name: 'helpers',
  summary: 'which ports speak FTP and the other protocols that need a helper',
  treatment: 'compiled',
  lastTakesRest: true,
  columns,
});

/** The older name of `helpers`; both are read and their lists are united. */
export const modules = file({
  name: 'modules',
  summary: 'the older name of helpers; both are read',
  treatment: 'compiled',
  lastTakesRest: true,
  columns,
});
