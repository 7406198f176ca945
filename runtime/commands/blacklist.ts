export { refuseAddresses as run } from '../dynamic-blacklist.ts';
