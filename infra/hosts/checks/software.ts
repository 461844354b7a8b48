/** What `doctor` says of a host's programs and libraries, and of our images for it. */
import { Cache } from '../../cache/cache.ts';
import { cacheRoot } from '../../cache/root.ts';
import { UserError } from '../../errors.ts';
import type { Check } from '../../fitness.ts';
import { BRING_IMAGES, imagesAreCached } from '../../images/cached.ts';
import { MACHINE_PACKAGES, missingPackages } from '../../packages.ts';
import { TIES_NEEDED } from '../../process/death.ts';
import type { Progress } from '../../testbed.ts';
import { type HostReport, LIBRARIES, logsConsoles } from '../facts.ts';
import type { HostSettings } from '../settings.ts';
import { check } from './check.ts';

/** Nothing is built by looking. */
const UNHEARD: Progress = {
  step: () => undefined,
  detail: () => undefined,
  done: () => undefined,
  warn: () => undefined,
};

/** Libraries that the introspector in Dom0 needs; headers are noted. */
export function libraryCheck({ dom0 }: HostReport): Check {
  const { libraries = '' } = dom0;
  const ok = LIBRARIES.every((name) => libraries.includes(`/${name}`));
  const headers = dom0.headers
    ? `; headers: ${dom0.headers}`
    : '; no headers, which only builds need';
  const found = `${libraries.trim() || 'none'}; C library: ${dom0.libc || 'unknown'}${headers}`;
  const mend = "install Xen's libraries (Debian: apt-get install libxencall1 libxenevtchn1)";
  return check('libraries', ok, found, LIBRARIES.join(', '), ok ? undefined : mend);
}

/** Commands of Xen's toolstack that a run calls. */
export function toolCheck({ dom0 }: HostReport): Check {
  const missing = dom0.missing ?? '';
  const mend = "install Xen's tools (Debian: apt-get install xen-utils-common xenstore-utils)";
  return missing === ''
    ? check('tools', true, 'all there', 'xl and the xenstore commands')
    : check('tools', false, `missing: ${missing}`, 'xl and the xenstore commands', mend);
}

/** What a command in Dom0 itself needs besides. */
export function tieCheck(ok: boolean): Check {
  const found = ok ? 'setpriv ties what a run starts to it' : 'setpriv knows no --pdeathsig';
  const needed = "util-linux's setpriv: what a run starts ends with it";
  return check('children', ok, found, needed, ok ? undefined : TIES_NEEDED);
}

/** Whether this machine has the images, or can make them. */
export async function imageCheck({ reach }: HostSettings): Promise<Check> {
  const root = cacheRoot();
  const needed = "the introspectors and the target's kernel";
  if (await imagesAreCached(new Cache(root, UNHEARD))) {
    return check('images', true, `in ${root}`, needed);
  }
  const missing = await missingForImages();
  const ok = missing === undefined || reach.kind !== 'local';
  const found = `not in ${root} yet: they are built here${missing === undefined ? '' : `, which needs ${missing}`}`;
  return check('images', ok, found, needed, ok ? undefined : BRING_IMAGES);
}

/** What this machine lacks to build them; undefined: nothing. */
async function missingForImages(): Promise<string | undefined> {
  try {
    const missing = (await missingPackages(MACHINE_PACKAGES)).map(({ name }) => name);
    return missing.length === 0 ? undefined : missing.join(', ');
  } catch (error) {
    if (error instanceof UserError) return 'a Debian';
    throw error;
  }
}

/** Whether consoles of domains can be read, and how. */
export function consoleCheck(report: HostReport): Check {
  const ok = Boolean(report.dom0.xenconsoled);
  const how = logsConsoles(report) ? 'read from its logs' : 'read by xl console';
  const found = ok ? `xenconsoled runs: ${how}` : 'xenconsoled does not run';
  const mend = "start Xen's services (Debian: systemctl start xen)";
  return check('consoles', ok, found, 'xenconsoled', ok ? undefined : mend);
}
