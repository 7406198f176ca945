export { safeStart as run } from '../apply-unless-confirmed.ts';
