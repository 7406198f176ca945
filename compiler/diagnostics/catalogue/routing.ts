/** What stage 3 says of providers, of rules of routing, of routes, and of neighbours that the firewall answers for. */
import { error, warning } from '../diagnostic.ts';

export const badProvider = error('bad-provider', (message: string, why: string, help: string) => ({
  message,
  label: why,
  help,
}));

export const badRoute = error('bad-route', (message: string, why: string, help: string) => ({
  message,
  label: why,
  help,
}));

export const providerOption = warning('provider-option', (message: string, why: string, help: string) => ({
  message,
  label: why,
  help,
}));
