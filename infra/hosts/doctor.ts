/** What a host can do, and what will be skipped there and why. Looks only. */
import type { Check } from '../fitness.ts';
import { findLibvmi, WITHOUT_LIBVMI } from '../images/libvmi.ts';
import { canTie } from '../process/death.ts';
import { NAME_PREFIX } from '../xl/config.ts';
import { check } from './checks/check.ts';
import {
  diskCheck,
  frequencyCheck,
  hvmCheck,
  machineCheck,
  memoryCheck,
  mitigationCheck,
  settingCheck,
  timeCheck,
  virtualisationCheck,
} from './checks/machine.ts';
import { consoleCheck, imageCheck, libraryCheck, tieCheck, toolCheck } from './checks/software.ts';
import { dom0Check, policyCheck, xenCheck, xsmCheck } from './checks/xen.ts';
import { type HostReport, lookAt } from './facts.ts';
import { journalsOf } from './journal.ts';
import { lookAtTuning } from './quiet.ts';
import { reach } from './reach.ts';
import { type HostSettings, placeOf } from './settings.ts';

/**
 * Looks at a host.
 * @throws UserError when it cannot be reached
 */
export async function examineHost(settings: HostSettings, signal?: AbortSignal): Promise<Check[]> {
  const { host, close } = await reach(settings.reach, signal);
  try {
    const report = await lookAt(host, settings.folder);
    const checks = checksOf(report, settings);
    const scheduler = report.xen?.xen_scheduler;
    const quiet =
      scheduler === undefined ? [] : [settingCheck(await lookAtTuning(host, scheduler))];
    const here = settings.reach.kind === 'local' ? [tieCheck(await canTie(host))] : [];
    return [
      ...checks,
      ...here,
      await imageCheck(settings),
      ...quiet,
      ...(await libvmiSkip()),
      await leftovers(settings),
    ];
  } finally {
    await close();
  }
}

/** The checks of what was read. */
export function checksOf(report: HostReport, settings: HostSettings): Check[] {
  if (report.xen === undefined || report.dom0.control !== '1') return [dom0Check(report)];
  return [
    dom0Check(report),
    xenCheck(report),
    xsmCheck(report),
    policyCheck(report, settings),
    machineCheck(report),
    virtualisationCheck(report),
    hvmCheck(report),
    mitigationCheck(report),
    timeCheck(report),
    frequencyCheck(report),
    memoryCheck(report, settings),
    diskCheck(report, settings),
    libraryCheck(report),
    toolCheck(report),
    consoleCheck(report),
    ownCheck(report, settings),
    neighbourCheck(report),
    ...skips(report),
  ];
}

function domainsOf({ dom0 }: HostReport, ours: boolean): string[] {
  return (dom0.domains ?? '')
    .split(' ')
    .filter((name) => name !== 'Domain-0' && name && name.startsWith(NAME_PREFIX) === ours);
}

/** Domains of another run, or that one left: no run begins beside them. */
function ownCheck(report: HostReport, { name }: HostSettings): Check {
  const own = domainsOf(report, true);
  const ok = own.length === 0;
  const mend = `let that run end; what is left of one that is over: tinyvmi-bench clean --testbed ${name}`;
  return check('our domains', ok, own.join(', ') || 'none', 'none', ok ? undefined : mend);
}

function neighbourCheck(report: HostReport): Check {
  const others = domainsOf(report, false);
  const found = others.length === 0 ? 'none' : `${others.length}: ${others.join(', ')}`;
  return check('other domains', true, found, 'none, for quiet figures: they are left alone');
}

/** What is left out of a run here, and why. */
export function skippedCheck(what: string, why: string): Check {
  return check(`skipped: ${what}`, true, why, 'nothing: the rest is measured');
}

/** The arm with upstream LibVMI is built where the command runs, and brings its libraries. */
async function libvmiSkip(): Promise<Check[]> {
  return (await findLibvmi()) === undefined
    ? [skippedCheck('arm dom0-libvmi', WITHOUT_LIBVMI)]
    : [];
}

/** What a run will leave out here. */
function skips({ dom0 }: HostReport): Check[] {
  if (dom0.cpu_vendor === 'GenuineIntel') return [];
  return [
    skippedCheck(
      'single-step and memory-access events',
      `Xen offers them with VMX only, which is Intel's: this processor is of ${dom0.cpu_vendor || 'an unknown maker'}`,
    ),
  ];
}

async function leftovers({ reach, name }: HostSettings): Promise<Check> {
  const all = await journalsOf(placeOf(reach));
  const over = all.filter(({ running }) => !running);
  const found = over.length === 0 ? 'none' : `${over.length} journals of runs that are over`;
  const mend = over.length === 0 ? undefined : `tinyvmi-bench clean --testbed ${name}`;
  return check('leftovers', true, found, 'nothing: they only take room', mend);
}
