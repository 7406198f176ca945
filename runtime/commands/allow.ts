export { allowAddresses as run } from '../sets/refuse.ts';
