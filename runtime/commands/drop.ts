export { refuseAddresses as run } from '../sets/refuse.ts';
