export { tryFolder as run } from '../apply-unless-confirmed.ts';
