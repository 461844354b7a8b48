/**
 * The FLASK policy of a host. Xen gives the policy that it runs to nobody, so only the host's owner
 * can say which file it is, and which one is the same with our module (infra/policy/tinyvmi.te) in it.
 */
import { UserError } from '../errors.ts';
import { mustRun } from '../xl/commands.ts';
import type { HostReport } from './facts.ts';
import type { Journal } from './journal.ts';
import type { HostSettings } from './settings.ts';
import type { Commands } from './undo.ts';

/** Compiled policies, by their paths on the host. */
export interface PolicyFiles {
  /** The one that runs now, and is loaded again at the end. */
  before: string;
  /** The same with our module. */
  with: string;
}

/** Whether the policy that runs has our module: its boolean answers. Undefined: the host cannot tell. */
export function hasModule({ dom0 }: HostReport): boolean | undefined {
  if (dom0.module) return true;
  return dom0.module_tool ? false : undefined;
}

/** What Xen notes when its policy is of before XSA-499, and Xen is not. */
const DENIED = /avc:\s+denied\s+\{ getdomaininfo \} .*tcontext=system_u:system_r:domxen_t\b/;

/** What to do about it. */
export const LIST_REFUSED =
  'this Xen has the fix of XSA-499, and its FLASK policy was made from a source of before: make the policy from the source of this Xen, or load one that has infra/policy/tinyvmi.te in it (it allows what xl needs), with xl loadpolicy';

/**
 * Whether the policy lets Dom0 list no domains: releases since XSA-499 (4.17.7, 4.18.6, 4.19.6, 4.20.4,
 * 4.21.2, 4.22.0) check that against the type of Xen itself, which stock policies of before do not allow.
 */
export function lacksList({ dom0, console }: HostReport): boolean {
  return Boolean(dom0.list_failure) && DENIED.test(console);
}

/**
 * What has to be loaded before a run; undefined when nothing has to.
 * @param allowed whether the user said that a policy may be loaded
 * @throws UserError when something has to be, and may not or cannot
 */
export function policyToLoad(
  report: HostReport,
  { name, labels, policy }: HostSettings,
  allowed: boolean,
): PolicyFiles | undefined {
  const enforcing = report.dom0.flask?.toLowerCase() === 'enforcing';
  const own = Object.keys(labels).length > 0;
  if (!enforcing || own) return undefined;
  const has = hasModule(report);
  // A host that cannot tell may well have it: then it is loaded for those alone who ask for that.
  if (has === undefined) return allowed ? policy : undefined;
  if (has) return undefined;
  if (policy === undefined) {
    throw new UserError(`the FLASK policy of ${name} lacks the types of infra/policy/tinyvmi.te`, {
      kind: 'skipped',
      advice: `add the module to the host's policy, or name its labels or policies in testbeds.yaml (docs/real-hosts.md)`,
    });
  }
  if (!allowed) {
    throw new UserError(`the FLASK policy of ${name} lacks the types of infra/policy/tinyvmi.te`, {
      kind: 'skipped',
      advice: `with --allow-policy-load, ${policy.with} is loaded for the run, and ${policy.before} after it`,
    });
  }
  return policy;
}

/** The command that loads a policy. */
export function loading(path: string): string[] {
  return ['xl', 'loadpolicy', path];
}

/**
 * Loads the policy with our module; the journal loads the one before again.
 * @throws UserError when one of the files is not there, or Xen does not take it
 */
export async function loadPolicy(
  host: Commands,
  journal: Journal,
  files: PolicyFiles,
): Promise<void> {
  for (const path of [files.before, files.with]) {
    const { exitCode } = await host.run(['test', '-r', path]);
    if (exitCode !== 0) {
      throw new UserError(`there is no policy ${path} on the host`, {
        advice: 'no policy was loaded; see "policy" in testbeds.yaml',
      });
    }
  }
  await journal.add({ kind: 'policy', restore: files.before });
  await mustRun(host, `load the policy ${files.with}`, loading(files.with));
}
