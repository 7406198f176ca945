import type { Examination } from './examination.ts';

/** The kernel has flowtables, where FLOW_OFFLOAD asks for one; what is loaded says whether it took it. */
export const offload: Examination = {
  name: 'flow offload',
  topic: 'all',
  examine({ model, machine }) {
    if (!model.offload) return { seen: [], findings: [] };
    if (machine.ask('nft', ['--check', '--file', '-'], question) !== undefined) {
      const filled = machine.nftables.chains.some(
        ({ family, table }) => family === 'inet' && table === 'ftpwall-offload',
      );
      return { seen: [`the kernel has flowtables; connections are ${filled ? '' : 'not '}offloaded`], findings: [] };
    }
    return {
      seen: [],
      findings: [
        {
          code: 'no-flowtables',
          severity: 'warning',
          message: 'the kernel has no flowtables, so nothing is offloaded',
          reason:
            'FLOW_OFFLOAD needs nf_flow_table_inet and nft_flow_offload, and this kernel refuses a flowtable; all packets pass the rules',
          next: 'install the package with more kernel modules (kernel-modules-extra, linux-modules-extra), or write FLOW_OFFLOAD=No',
        },
      ],
    };
  },
};

/** A check asks the kernel, and leaves nothing behind. */
const question = 'table inet question {\nflowtable question {\nhook ingress priority 0; devices = { lo };\n}\n}\n';
