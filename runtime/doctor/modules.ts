import type { HelperPorts } from '../../compiler/model/conntrack.ts';
import type { Examination, Finding, Patient } from './examination.ts';

/** The kernel has the helpers that the configuration uses, whether built in or as modules, and their NAT halves. */
export const modules: Examination = {
  name: 'kernel modules',
  topic: 'all',
  examine(patient) {
    const used = patient.model.helpers.filter(({ enabled, automatic }) => enabled && automatic);
    const results = used.map((helper) => examineHelper(helper, patient));
    return { seen: results.map(({ seen }) => seen), findings: results.flatMap(({ findings }) => findings) };
  },
};

function examineHelper({ helper }: HelperPorts, patient: Patient) {
  const { machine } = patient;
  const { module, natModule, type, protocol } = helper;
  const loaded = machine.exists(`/sys/module/${module}`);
  const users = machine.names(`/sys/module/${module}/holders`);
  const findings: Finding[] = [];
  // A check asks the kernel whether it knows the helper, and leaves nothing behind.
  const question = `table inet question {\nct helper question {\ntype "${type}" protocol ${protocol}\n}\n}\n`;
  const known = machine.ask('nft', ['--check', '--file', '-'], question) !== undefined;
  const can = known || loadable(module, machine);
  if (!can) {
    findings.push({
      code: 'helper-module-missing',
      severity: 'error',
      message: `this kernel has no helper \`${type}\``,
      reason: `neither built in nor as a module ${module} for the running kernel ${machine.file('/proc/sys/kernel/osrelease') ?? ''}`,
      next: 'install the package with more kernel modules (kernel-modules-extra, linux-modules-extra), or reboot into the kernel that the installed modules belong to',
    });
  }
  if (natModule !== undefined && translates(patient) && natIsMissing(natModule, machine)) {
    findings.push({
      code: 'nat-module-missing',
      severity: 'error',
      message: `this kernel has no ${natModule}`,
      reason: `with NAT the addresses inside \`${type}\` are not rewritten, so transfers fail`,
      next: 'install the package with more kernel modules (kernel-modules-extra, linux-modules-extra)',
    });
  }
  const builtIn = known && !machine.exists(`/sys/module/${module}/initstate`);
  const state = builtIn
    ? 'built into the kernel'
    : loaded
      ? 'loaded'
      : can
        ? 'not loaded yet; start loads it'
        : 'missing';
  const by = users.length > 0 ? `, used by ${users.join(', ')}` : '';
  const nat = natModule !== undefined && machine.exists(`/sys/module/${natModule}`) ? `; ${natModule} is loaded` : '';
  return { seen: `${module} is ${state}${by}${nat}`, findings };
}

function translates({ model }: Patient): boolean {
  const byRules = model.rules.some(({ action }) => action.kind === 'dnat' || action.kind === 'redirect');
  return byRules || model.snat.length > 0 || model.oneToOne.length > 0 || model.networkMaps.length > 0;
}

/** False where nobody can tell: what is built in is known by the list of the installed modules, or by its names. */
function natIsMissing(module: string, machine: Patient['machine']): boolean {
  const release = machine.file('/proc/sys/kernel/osrelease') ?? '';
  const list = machine.file(`/lib/modules/${release}/modules.builtin`);
  if (list === undefined || list.includes(`/${module}.ko`)) return false;
  const named = new RegExp(`\\b${module}\\b`).test(machine.file('/proc/kallsyms') ?? '');
  return !named && !machine.exists(`/sys/module/${module}`) && !loadable(module, machine);
}

function loadable(module: string, machine: Patient['machine']): boolean {
  return machine.ask('modprobe', ['--dry-run', '--quiet', '--', module]) !== undefined;
}
