import { type Examination, type Finding, linesToFirewall } from './examination.ts';

/** Where the firewall is itself the server, something listens on the port, and not for this machine alone. */
export const listeners: Examination = {
  name: 'listening servers',
  topic: 'ftp',
  examine(patient) {
    const ports = [...new Set(linesToFirewall(patient).flatMap(({ listens }) => listens))];
    const all = patient.machine.listeners();
    const findings = ports.flatMap((port): readonly Finding[] => {
      const here = all.filter((each) => each.port === port);
      if (here.length === 0) return [nothing(port)];
      return here.every(({ reach }) => reach === 'loopback') ? [onlyLoopback(port)] : [];
    });
    const seen = ports.map(
      (port) => `port ${port}: ${all.filter((each) => each.port === port).length} listening sockets`,
    );
    const elsewhere = [...patient.transfers.helped, ...patient.transfers.tls].filter(
      ({ dest, servers }) => dest !== patient.model.firewall && servers.length > 0,
    );
    const asked = elsewhere.map(
      ({ servers, listens }) =>
        `${servers.join(',')} is another machine: run there ss -ltn${listens.length > 0 ? ` 'sport = :${listens[0]}'` : ''}`,
    );
    return { seen: [...seen, ...new Set(asked)], findings };
  },
};

function nothing(port: number): Finding {
  return {
    code: 'nothing-listens',
    severity: 'error',
    message: `nothing listens on port ${port} of this machine`,
    reason: 'the rules accept clients, but no server answers them',
    next: `start the server; to test the network path alone, run nc -l -p ${port}`,
  };
}

function onlyLoopback(port: number): Finding {
  return {
    code: 'listens-on-loopback-only',
    severity: 'error',
    message: `the server on port ${port} listens on the loopback address only`,
    reason: 'connections from other machines are refused by the kernel, not by a rule',
    next: 'configure the server to listen on another address (vsftpd: listen_address, Pure-FTPd: Bind, ProFTPD: DefaultAddress)',
  };
}
