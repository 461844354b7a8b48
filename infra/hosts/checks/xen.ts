/** What `doctor` says of a host's Xen, its Dom0 and its policy. */
import type { Check } from '../../fitness.ts';
import { isSpoken, SPOKEN_SERIES } from '../../xl/series.ts';
import type { HostReport } from '../facts.ts';
import { hasModule } from '../policy.ts';
import type { HostSettings } from '../settings.ts';
import { check } from './check.ts';

/** Whether we are root in a Dom0. */
export function dom0Check({ dom0, xen, xenFailure }: HostReport): Check {
  const ok = xen !== undefined && dom0.control === '1' && dom0.uid === '0';
  const mode = dom0.guest_type || 'unknown mode';
  const found = ok ? `${mode}, Linux ${dom0.kernel}` : xenFailure || `user id ${dom0.uid}`;
  const why = dom0.uid === '0' ? 'boot this machine under Xen' : 'reach it as root';
  return check('Dom0', ok, found, 'root in the Dom0 of a Xen host', ok ? undefined : why);
}

/** Whether the introspectors speak the interfaces of this Xen. */
export function xenCheck({ xen = {} }: HostReport): Check {
  const ok = isSpoken(xen.xen_version);
  const found = `${xen.xen_version}, command line: ${xen.xen_commandline || 'none'}`;
  const spoken = SPOKEN_SERIES.join(', ');
  const mend = `boot one of these: the introspectors do not speak another one's versioned interfaces`;
  return check('Xen', ok, found, spoken, ok ? undefined : mend);
}

/** Whether FLASK refuses what it has to. */
export function xsmCheck({ dom0 }: HostReport): Check {
  const mode = dom0.flask?.toLowerCase() ?? '';
  const needed = 'FLASK, enforcing: a run proves what the introspector may not do';
  if (mode === 'enforcing') return check('XSM', true, 'FLASK, enforcing', needed);
  if (mode === 'permissive') {
    return check('XSM', false, 'FLASK, permissive', needed, 'boot Xen with flask=enforcing');
  }
  const mend =
    'boot a Xen with CONFIG_XSM=y, CONFIG_XSM_FLASK=y and flask=enforcing; or, without its proofs, run with --privilege set-target (docs/real-hosts.md)';
  return check('XSM', false, 'FLASK absent, or disabled', needed, mend);
}

/** Whether the policy has types for our domains. */
export function policyCheck(report: HostReport, { labels, policy }: HostSettings): Check {
  const name = 'FLASK policy';
  const needed = 'the types of infra/policy/tinyvmi.te';
  const own = Object.entries(labels).map(([role, label]) => `${role} ${label}`);
  if (own.length > 0) {
    return check(name, true, `labels of testbeds.yaml, not looked at: ${own.join(', ')}`, needed);
  }
  const has = hasModule(report);
  if (has) return check(name, true, 'has the module tinyvmi', needed);
  const found = has === false ? 'lacks the module tinyvmi' : 'unknown: flask-get-bool is missing';
  if (policy !== undefined) {
    const how = `${found}; ${policy.with} has it, for runs with --allow-policy-load`;
    return check(name, true, how, needed);
  }
  const mend =
    'add infra/policy/tinyvmi.te to the policy, then: xl loadpolicy <policy> (docs/real-hosts.md)';
  return check(name, false, found, needed, mend);
}
