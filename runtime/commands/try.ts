export { tryFolder as run } from '../apply/apply-unless-confirmed.ts';
