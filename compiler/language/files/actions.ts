import { file } from '../schema.ts';

/** The names of the user's own actions. */
export const actions = file({
  name: 'actions',
  summary: 'the names of your own actions',
  treatment: 'compiled',
  byVersion: true,
  columns: {
    action: { type: 'actionFile', required: true, doc: 'the name; its rules are in `action.NAME`' },
    options: { type: 'options', doc: '`inline`, `nolog`, `state=`, `proto=` …' },
  },
});
