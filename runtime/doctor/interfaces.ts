import type { Examination, Finding } from './examination.ts';

/** The machine has the interfaces of the configuration that are not optional. */
export const interfaces: Examination = {
  name: 'interfaces',
  topic: 'all',
  examine({ model, machine }) {
    const here = machine.names('/sys/class/net');
    const wanted = model.interfaces.filter(
      ({ pattern, options }) =>
        !pattern.wildcard && !Object.values(options).some((option) => option?.optional || option?.ignore),
    );
    const missing = wanted.filter(({ pattern }) => !here.includes(pattern.name));
    const findings = missing.map(
      ({ pattern, zone }): Finding => ({
        code: 'interface-missing',
        severity: 'error',
        message: `this machine has no interface ${pattern.name}`,
        reason: `no packet can arrive or leave on it${zone === undefined ? '' : `, so nothing reaches zone ${zone}`}`,
        next: `compare interfaces with ip link; add the option optional to an interface that is not always present`,
      }),
    );
    return { seen: [`interfaces: ${here.join(', ')}`], findings };
  },
};
