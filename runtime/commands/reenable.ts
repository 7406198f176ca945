import { turnProvider } from '../apply/providers.ts';

export const run = turnProvider('reenable');
