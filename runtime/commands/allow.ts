export { allowAddresses as run } from '../dynamic-blacklist.ts';
