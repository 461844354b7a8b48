/**
 * A host with a Xen of its own, reached by ssh or from its own Dom0. It gets a private folder with our
 * images, and our domains, each written down in a journal before it is made; nothing else is changed.
 */
import { Cache } from '../cache/cache.ts';
import { cacheRoot } from '../cache/root.ts';
import { DrivenTestbed } from '../driven-testbed.ts';
import { messageOf, UserError } from '../errors.ts';
import { type ExtraImages, type ExtraPaths, extraImages, extraPaths } from '../images/extras.ts';
import { basicImages, targetKernel } from '../images/images.ts';
import { demandTies } from '../process/death.ts';
import { deferred } from '../process/deferred.ts';
import { quoteAll } from '../ssh/quote.ts';
import type {
  Capabilities,
  ClockMode,
  DomainSpec,
  ExtraPrograms,
  Host,
  HostLoad,
  Privilege,
  Progress,
  Testbed,
  Xen,
} from '../testbed.ts';
import { domainConfig, hvmGuestsOf, type Labels, NAME_PREFIX, OUR_LABELS } from '../xl/config.ts';
import { type ConsoleAccess, guestType, logsOf } from '../xl/domain.ts';
import { hostFacts } from '../xl/host-facts.ts';
import { isSpoken, SPOKEN_SERIES } from '../xl/series.ts';
import { creation, settingTarget, takingEventsOff, XlToolstack } from '../xl/toolstack.ts';
import { accountIn } from './account.ts';
import { type Files, guestImages, neededOf, pathsIn, programsIn, rolesOf } from './brought.ts';
import { listCheck } from './checks/xen.ts';
import { type HostReport, logsConsoles, lookAt, machineOf } from './facts.ts';
import { makeFolder, makingFolder } from './folder.ts';
import { demandHvm } from './hvm.ts';
import { FOLDER_PREFIX, Journal } from './journal.ts';
import { demandRoom } from './limits.ts';
import { loadOf } from './load.ts';
import { takeHost, taking } from './lock.ts';
import { loading, loadPolicy, type PolicyFiles, policyToLoad } from './policy.ts';
import {
  lookAtTuning,
  makeQuiet,
  quietCommands,
  quietCpu,
  type Tuning,
  tuningText,
} from './quiet.ts';
import { type Reached, reach } from './reach.ts';
import { type HostSettings, placeOf } from './settings.ts';
import { undoJournal } from './undo.ts';

/** What a run wants of a host. */
export interface HostOptions extends ExtraPrograms {
  settings: HostSettings;
  clock: ClockMode;
  /** All domains that it will have at once. */
  domains: readonly DomainSpec[];
  /** Guest of the host that it will pause. */
  pauses?: string | undefined;
  /** Guest of the host whose events it will listen to, and their kinds. */
  listens?: { guest: string; kinds: readonly string[] } | undefined;
  privilege: Privilege;
  /** Whether a FLASK policy may be loaded for the run. */
  allowPolicyLoad?: boolean;
  /** Whether the host's settings may be changed for the run, to make it quiet. */
  tune?: boolean;
  /** Instructions that each page costs more, on purpose. */
  seededSlowdown?: number;
}

/** The one thing of a run that could not be undone (xen/common/trace.c, tb_set_size). */
export const UNTRACED =
  "Xen keeps the buffers of its trace until it is booted again, and this host's Xen is left as it is";

interface Up {
  reached: Reached;
  report: HostReport;
  journal: Journal;
  paths: Files;
  extraPaths: ExtraPaths;
  xen: XlToolstack;
  tuning: Tuning;
  images: Pick<Capabilities, 'images' | 'facts'>;
}

/** One host, for one run. */
export class HostTestbed extends DrivenTestbed implements Testbed {
  readonly kind: 'ssh' | 'local';
  readonly #options: HostOptions;
  readonly #progress: Progress;
  readonly #lost = deferred<string>();
  #starting: Promise<Up> | undefined;
  #running: Up | undefined;
  #stopping: Promise<void> | undefined;
  /** What `start` has made so far, for `stop` after a start that failed. */
  #journal: Journal | undefined;
  #reached: Reached | undefined;
  #isLost = false;

  constructor(options: HostOptions, progress: Progress) {
    super();
    this.kind = options.settings.reach.kind;
    this.#options = options;
    this.#progress = progress;
  }

  get lost(): Promise<string> {
    return this.#lost.promise;
  }

  get xen(): Xen {
    return this.#up().xen;
  }

  get introspectorPath(): string {
    return this.#up().paths.introspector;
  }

  get libvmiPath(): string | undefined {
    return this.#up().extraPaths.libvmi;
  }

  async start(signal?: AbortSignal): Promise<void> {
    if (this.#stopping !== undefined) throw new Error('this testbed was stopped');
    this.#starting ??= this.#start(signal);
    this.#running = await this.#starting;
  }

  async capabilities(): Promise<Capabilities> {
    const { reached, report, images, tuning } = this.#up();
    const { clock, tune = false } = this.#options;
    const host = await hostFacts(reached.host);
    const machine = machineOf(report);
    return {
      ...host,
      kind: this.kind,
      emulated: machine.emulated,
      clock,
      tickUnit: clock === 'counted' ? 'instructions' : 'ticks',
      facts: {
        ...host.facts,
        ...images.facts,
        machine: machine.description,
        cpu: report.dom0.cpu ?? '',
        consoles: this.#consoles(report) === 'log' ? "xenconsoled's logs" : 'xl console',
        settings: tuningText(tuning),
        tuned: tune ? 'yes' : 'no',
      },
      images: images.images,
    };
  }

  load(): Promise<HostLoad> {
    return loadOf(this.host);
  }

  protected get host(): Host {
    return this.#up().reached.host;
  }

  async stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    await this.#stopping;
  }

  /**
   * Every command of a run that changes something on the host, in their order, without running any.
   * Looks at the host as `start` does, and refuses what `start` refuses.
   */
  async changes(signal?: AbortSignal): Promise<string[]> {
    const { settings, domains, pauses, listens, privilege, tune = false } = this.#options;
    const reached = await reach(settings.reach, signal);
    try {
      const report = await this.#examine(reached);
      const folder = `${settings.folder}/${FOLDER_PREFIX}<id>`;
      const paths = pathsIn(folder);
      const labels = this.#labels(report);
      const extra = extraPaths(folder, this.#extras);
      const brought = [
        ...(extra.libvmi === undefined ? [] : [extra.libvmi, `${folder}/<its libraries>`]),
        ...(extra.ownMinios === undefined ? [] : [extra.ownMinios]),
        ...(extra.hvmKernel === undefined ? [] : [extra.hvmKernel]),
      ];
      const consoles = this.#consoles(report);
      const policy = this.#policy(report);
      const tuning = await lookAtTuning(reached.host, report.xen?.xen_scheduler ?? '');
      const quiet = tune ? quietCommands(tuning) : { set: [], restore: [] };
      const each = domains.flatMap((spec) => [
        `${quoteAll(creation(spec, consoles, folder))} <<config`,
        ...domainConfig(spec, guestImages(paths, extra), {
          labels,
          uuid: '<uuid>',
          cpus: tune ? quietCpu(spec, tuning.cpus) : undefined,
        })
          .trimEnd()
          .split('\n')
          .map((line) => `    ${line}`),
      ]);
      const targets = domains
        .filter(({ role }) => role === 'target')
        .map((spec) => ({ name: spec.name, byXl: guestType(spec) === 'hvm' }));
      return [
        quoteAll(taking('<id>')),
        quoteAll(makingFolder(folder)),
        ...[...neededOf(domains, paths, extra), ...brought, `${folder}/journal`].map(
          (path) => `write the file ${path}`,
        ),
        ...(policy === undefined ? [] : [quoteAll(loading(policy.with))]),
        ...quiet.set.map(quoteAll),
        ...each,
        ...(privilege === 'flask'
          ? []
          : [quoteAll(settingTarget(paths.introspector, '<introspector>', '<target>'))]),
        `${paths.attendant}   (is asked for what follows without a program's name)`,
        'write /local/domain/<id>/tinyvmi, perms /local/domain/<id>/tinyvmi n0 r<id>   (of our domains)',
        'unpause <id>   (of our domains)',
        ...(pauses === undefined ? targets : [{ name: pauses, byXl: true }]).map(
          ({ name, byXl }) => {
            const xl = byXl ? 'xl ' : '';
            return `${xl}pause <${name}>, ${xl}unpause <${name}>`;
          },
        ),
        'write /local/domain/<id>/tinyvmi/job <job>   (of our domains)',
        paths.introspector,
        ...(extra.libvmi === undefined ? [] : [extra.libvmi]),
        ...(listens === undefined ? [] : listening(paths.introspector, listens)),
        ...domains.map(({ name }) => `xl destroy <${name}>`),
        ...domains.flatMap((spec) => [
          ...(consoles === 'log' ? [] : ['rm -f /var/lock/xenconsole.<id>']),
          ...logsOf(spec, consoles).map((path) => `rm -f ${path}`),
        ]),
        ...quiet.restore.map(quoteAll),
        ...(policy === undefined ? [] : [quoteAll(loading(policy.before))]),
        `rm -f ${folder}/* && rmdir ${folder}`,
      ];
    } finally {
      await reached.close();
    }
  }

  async #start(signal: AbortSignal | undefined): Promise<Up> {
    const { settings, seededSlowdown = 0 } = this.#options;
    this.#progress.step(`reaching ${settings.name}`);
    const reached = await reach(settings.reach, signal);
    this.#reached = reached;
    void reached.host.lost.then((reason) => {
      this.#isLost = true;
      if (this.#stopping === undefined) this.#lost.resolve(reason);
    });
    const report = await this.#examine(reached);
    this.#progress.done(`${settings.name} is a Xen ${report.xen?.xen_version} host`);

    const cache = new Cache(cacheRoot(), this.#progress);
    const kernel = await targetKernel(cache, this.#progress, signal);
    const native = await basicImages(cache, seededSlowdown, signal);
    const extras = await extraImages(cache, this.#extras, seededSlowdown, this.#progress, signal);
    this.#progress.step(`copying the images to ${settings.name}`);
    const journal = Journal.create(placeOf(settings.reach), undefined, report.dom0.boot);
    this.#journal = journal;
    await takeHost(reached.host, journal, settings.name);
    const folder = `${settings.folder}/${FOLDER_PREFIX}${journal.id}`;
    const policy = this.#policy(report);
    const paths = await this.#prepare(
      reached,
      journal,
      folder,
      { ...kernel.files, ...native.files },
      extras.files,
      signal,
    );
    if (policy !== undefined) {
      await loadPolicy(reached.host, journal, policy);
      this.#progress.done(`loaded the policy ${policy.with} on ${settings.name}`);
    }
    this.#progress.done(`images are in ${folder} on ${settings.name}`);
    const tuning = await this.#tune(reached, report, journal);
    const consoles = this.#consoles(report);
    const extra = extraPaths(folder, this.#extras);
    const cpusOf = (spec: DomainSpec) => quietCpu(spec, tuning.cpus);
    const xen = new XlToolstack(reached.host, {
      images: guestImages(paths, extra),
      labels: this.#labels(report),
      ...(this.#options.tune ? { cpusOf } : {}),
      consoles,
      account: accountIn(journal, consoles, paths.introspector),
      introspector: paths.introspector,
      attendant: paths.attendant,
      scratch: folder,
      untraced: UNTRACED,
    });
    return {
      reached,
      report,
      journal,
      paths,
      extraPaths: extra,
      xen,
      tuning,
      images: {
        images: { ...kernel.hashes, ...native.hashes, ...extras.hashes },
        facts: { ...kernel.facts, ...native.facts, ...extras.facts },
      },
    };
  }

  /** Makes the host quiet, when that is asked for. @returns how it is set then */
  async #tune({ host }: Reached, { xen }: HostReport, journal: Journal): Promise<Tuning> {
    const scheduler = xen?.xen_scheduler ?? '';
    const before = await lookAtTuning(host, scheduler);
    if (!this.#options.tune) return before;
    await makeQuiet(host, journal, before);
    const tuning = await lookAtTuning(host, scheduler);
    this.#progress.done(`${this.#options.settings.name} is set for a quiet run`);
    for (const { what, reason } of tuning.unavailable) {
      this.#progress.warn(`${what} is left as it is: not available (${reason})`);
    }
    return tuning;
  }

  /** Looks at the host. @throws UserError when this run cannot be done there */
  async #examine({ host }: Reached): Promise<HostReport> {
    const { settings, clock, domains } = this.#options;
    const report = await lookAt(host, settings.folder);
    const mend = `tinyvmi-bench doctor --testbed ${settings.name}`;
    const { xen, dom0 } = report;
    if (xen === undefined || dom0.control !== '1') {
      throw new UserError(
        `${settings.name} is no Dom0 that we can drive: ${report.xenFailure || 'it does not control Xen'}`,
        { advice: `as root, in Dom0. ${mend} looks closer` },
      );
    }
    if (!isSpoken(xen.xen_version)) {
      throw new UserError(
        `${settings.name} runs Xen ${xen.xen_version}; the introspectors speak to Xen ${SPOKEN_SERIES.join(', ')}`,
        { kind: 'skipped', advice: 'use a host with one of those' },
      );
    }
    const unlisted = listCheck(report);
    if (!unlisted.ok) {
      throw new UserError(`${settings.name} does not list its domains: ${unlisted.found}`, {
        advice: unlisted.mend ?? mend,
      });
    }
    const machine = machineOf(report);
    if (clock === 'counted' && !machine.canCount) {
      throw new UserError(
        `${settings.name} (${machine.description}) counts no instructions: only an emulated processor does`,
        { kind: 'usage', advice: 'use --clock wall' },
      );
    }
    const others = report.domains.filter((name) => name.startsWith(NAME_PREFIX));
    if (others.length > 0) {
      throw new UserError(`${settings.name} has domains of another run: ${others.join(', ')}`, {
        advice: `let that run end, or remove what it left: tinyvmi-bench clean --testbed ${settings.name}`,
      });
    }
    if (hvmGuestsOf(domains) > 0) demandHvm(report, settings.name);
    demandRoom(domains, settings.limits, Number(xen.free_memory));
    if (settings.reach.kind === 'local') await demandTies(host);
    this.#policy(report);
    return report;
  }

  /** Makes our folder on the host, and puts the images there. */
  async #prepare(
    { host }: Reached,
    journal: Journal,
    folder: string,
    files: Files,
    extras: ExtraImages['files'],
    signal: AbortSignal | undefined,
  ): Promise<Files> {
    await makeFolder(host, journal, folder, signal);
    const paths = pathsIn(folder);
    const needed = neededOf(this.#options.domains, paths, extraPaths(folder, this.#extras));
    for (const role of rolesOf(paths)) {
      if (needed.includes(paths[role])) await host.put(files[role], paths[role], { signal });
    }
    for (const [name, file] of Object.entries(extras)) {
      await host.put(file, `${folder}/${name}`, { signal });
    }
    const { libvmi } = extraPaths(folder, this.#extras);
    for (const program of [...programsIn(paths), ...(libvmi === undefined ? [] : [libvmi])]) {
      const { exitCode, stderr } = await host.run([program], { input: '' });
      if (exitCode === 0) continue;
      throw new UserError(`${program} does not run on the host: ${stderr.trim()}`, {
        advice: `Xen's libraries and the C library of the machine where it was built must be there, the latter as new as here: tinyvmi-bench doctor --testbed ${this.#options.settings.name} tells what is there`,
      });
    }
    return paths;
  }

  /** What this run brings: with an HVM guest, its kernel. */
  get #extras(): ExtraPrograms {
    const { libvmi = false, miniosImage, domains } = this.#options;
    return { libvmi, miniosImage, hvmKernel: hvmGuestsOf(domains) > 0 };
  }

  #policy(report: HostReport): PolicyFiles | undefined {
    const { settings, allowPolicyLoad = false } = this.#options;
    return policyToLoad(report, settings, allowPolicyLoad);
  }

  #labels({ dom0 }: HostReport): Labels | undefined {
    return dom0.flask === '' ? undefined : { ...OUR_LABELS, ...this.#options.settings.labels };
  }

  #consoles(report: HostReport): ConsoleAccess {
    return logsConsoles(report) ? 'log' : 'client';
  }

  async #stop(): Promise<void> {
    const up = await this.#starting?.catch(() => undefined);
    this.#running = undefined;
    if (!this.#isLost) await up?.xen.close();
    const journal = this.#journal;
    const problem = journal === undefined ? undefined : await this.#undo(journal);
    await this.#reached?.close();
    if (problem !== undefined) throw problem;
  }

  /** Removes what the journal lists; after the loss of the connection, by a new one. */
  async #undo(journal: Journal): Promise<UserError | undefined> {
    if (journal.entries.length === 0) return undefined;
    const { settings } = this.#options;
    const advice = `what is left is written down: tinyvmi-bench clean --testbed ${settings.name}`;
    try {
      if (this.#isLost) {
        await this.#reached?.close();
        this.#reached = await reach(settings.reach);
        journal.unmirror();
      }
      const { failed } = await undoJournal((this.#reached as Reached).host, journal);
      if (failed.length === 0) return undefined;
      throw new Error(failed.join('\n'));
    } catch (cause) {
      journal.unmirror();
      await journal.end();
      return new UserError(messageOf(cause), { advice, cause });
    }
  }

  #up(): Up {
    if (this.#running === undefined) throw new UserError('the testbed is not up');
    return this.#running;
  }
}

/** What is changed of a guest by listening to it, as far as commands tell. */
function listening(
  introspector: string,
  { guest, kinds }: NonNullable<HostOptions['listens']>,
): string[] {
  return [
    `listen to <${guest}>: Xen's ring of events is made in it and taken away, for ${kinds.join(', ')}`,
    ...kinds.map(
      (kind) =>
        `${quoteAll(takingEventsOff(introspector, `<${guest}>`, '<type>', kind))}   (if the run dies while it listens)`,
    ),
  ];
}
