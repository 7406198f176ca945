export { safeStart as run } from '../apply/apply-unless-confirmed.ts';
