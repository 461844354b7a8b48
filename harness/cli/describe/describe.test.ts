import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENTS_CHOICES } from '../../plan/events/options.ts';
import { COMMON_CHOICES } from '../../plan/options.ts';
import { main } from '../main.ts';
import { type Actions, makeProgram } from '../program.ts';
import { FakeSignals, memorySurroundings } from '../testing.ts';
import { allCommands, describeProgram } from './description.ts';
import { escapeRoff } from './man.ts';

const program = describeProgram(makeProgram({} as Actions, () => {}));
const SOURCES = fileURLToPath(new URL('../../../', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tinyvmi-completion-'));
  for (const [run, file] of [
    ['one', 'manifest.json'],
    ['two', 'imported.json'],
    ['broken', 'other'],
  ] as const) {
    mkdirSync(join(folder, 'results', 'runs', run), { recursive: true });
    writeFileSync(join(folder, 'results', 'runs', run, file), '{}');
  }
  mkdirSync(join(folder, 'a folder'));
  writeFileSync(join(folder, 'file.csv'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function printed(...argv: string[]): Promise<string> {
  const surroundings = memorySurroundings();
  expect(await main(argv, surroundings, new FakeSignals())).toBe(0);
  expect(surroundings.stderr.text).toBe('');
  return surroundings.stdout.text;
}

function lacks(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error !== undefined;
}

/** Skips a test where a program is missing, and says so. */
function needs(skip: (note: string) => void, name: string): void {
  if (lacks(name)) skip(`${name} is not installed`);
}

const ALL_STATES = allCommands(program)
  .flatMap(({ options }) => options)
  .flatMap(({ names, value }) =>
    names.includes('--state') && value?.kind === 'values' ? value.values : [],
  );

/** What is typed, its last word unfinished, and what completes that word; exactly, in any order. */
const TYPED: readonly (readonly [string[], readonly string[]])[] = [
  [['do'], ['doctor']],
  [['co'], ['compare', 'completion']],
  [
    ['history', ''],
    ['append', 'help', 'list', 'plot'],
  ],
  [['help', 'wor'], ['worker']],
  [['run', '--ben'], ['--bench']],
  [['run', '--bench', ''], COMMON_CHOICES.bench],
  [['run', '--bench', 'page-walk,b'], ['page-walk,boot']],
  [['run', '--json', '--state', 'ta'], ['tables']],
  [['run', '--state', ''], ALL_STATES],
  [['run', '--quiet', '--wait', ''], EVENTS_CHOICES.wait.choices],
  [
    ['run', '--color', 'a'],
    ['auto', 'always'],
  ],
  [
    ['completion', ''],
    ['bash', 'fish', 'zsh'],
  ],
  [['export', '--format', 's'], ['smaller-is-better']],
  [
    ['report', 'results/runs/'],
    ['results/runs/one', 'results/runs/two'],
  ],
  [['compare', 'results/runs/one', 'results/runs/t'], ['results/runs/two']],
  [['gate', '--baseline', 'results/runs/o'], ['results/runs/one']],
  [['import', 'fi'], ['file.csv']],
  [['history', 'append', '--file', 'fi'], ['file.csv']],
];

const names = TYPED.map(([words, expected]) => [words.join(' '), words, expected] as const);

describe('completion of bash', () => {
  /** What bash itself gives for these words, split as its line editor splits them. */
  async function complete(words: readonly string[]): Promise<string[]> {
    const script = join(folder, 'completion.bash');
    writeFileSync(script, await printed('completion', 'bash'));
    const ask = `set -u; source "$1"; shift
      [[ $(complete -p tinyvmi-bench) == 'complete -F _tinyvmi_bench tinyvmi-bench' ]] || exit 9
      COMP_WORDS=(tinyvmi-bench "$@"); COMP_CWORD=$#
      _tinyvmi_bench
      printf '%s\n' "\${COMPREPLY[@]}"`;
    const argv = ['--norc', '-c', ask, 'bash', script, ...words];
    const text = execFileSync('bash', argv, { cwd: folder, encoding: 'utf8' });
    return text.split('\n').filter((line) => line !== '');
  }

  it.each(names)('%s', async (_name, words, expected) => {
    expect((await complete(words)).sort()).toEqual([...expected].sort());
  });

  it('takes a value after an equals sign, and folders with blanks', async () => {
    expect(await complete(['run', '--page-size', '=', '2'])).toEqual(['2m']);
    expect(await complete(['run', '--page-size', '='])).toEqual(['4k', '2m', '1g']);
    expect(await complete(['run', '--bench', '=', 'boot', '--arm', 'mini'])).toContain('minios');
    expect(await complete(['run', '--out', 'a'])).toEqual(['a folder']);
  });

  it('gives every option of every command', async () => {
    for (const { path, options } of allCommands(program)) {
      if (options.length === 0) continue;
      const found = await complete([...path, '-']);
      expect(found.sort()).toEqual(options.flatMap((option) => option.names).sort());
    }
  }, 30_000);
});

describe('completion of fish', () => {
  it.for(names)('%s', async ([, words, expected], { skip }) => {
    needs(skip, 'fish');
    const script = join(folder, 'completion.fish');
    writeFileSync(script, await printed('completion', 'fish'));
    const line = `tinyvmi-bench ${words.join(' ')}`;
    const argv = ['--no-config', '-c', `source ${script}; complete -C ${JSON.stringify(line)}`];
    const text = execFileSync('fish', argv, { cwd: folder, encoding: 'utf8' });
    const found = text.split('\n').map((given) => given.split('\t')[0] ?? '');
    for (const one of expected) expect(found).toContain(one);
  });
});

describe('completion of zsh', () => {
  /** What zsh's line editor shows for a line, on a terminal of its own, after so many seconds. */
  const ZPTY = String.raw`
    zmodload zsh/zpty
    zpty z "COLUMNS=400 LINES=200 zsh -f -i"
    zpty -w z "PROMPT='' RPROMPT=''; setopt no_beep; bindkey -e; autoload -U compinit; compinit -u -d $2/dump"
    zpty -w z "LISTMAX=0; cd $2; source $1; print READ''Y"
    zpty -r -m z line '*READY*'
    zpty -w -n z "$3"$'\t\t'
    sleep $4
    zpty -w -n z $'\x15print EN''D\n'
    zpty -r -m z line '*END*'
    print -r -- "$line"
    zpty -d z
  `;
  /** One line of each kind of word: every try has to wait. */
  const FEW = ['do', 'history ', 'run --bench ', 'run --bench page-walk,b', 'import fi'];
  const tried: typeof names = [
    ...names.filter(([name]) => FEW.includes(name)),
    ['report results/runs/', ['report', 'results/runs/'], ['one', 'two']],
  ];

  it.for(tried)('%s', { timeout: 90_000 }, async ([, words, expected], { skip }) => {
    needs(skip, 'zsh');
    const script = join(folder, 'completion.zsh');
    writeFileSync(script, await printed('completion', 'zsh'));
    const line = `tinyvmi-bench ${words.join(' ')}`;
    const shown = (seconds: string) => {
      const argv = ['-f', '-c', ZPTY, 'zsh', script, folder, line, seconds];
      return execFileSync('zsh', argv, { cwd: folder, encoding: 'utf8', timeout: 30_000 });
    };
    const missing = (text: string) =>
      expected.filter((one) => !text.includes(one.split(',').at(-1) ?? one));
    const [quick, patient] = ['0.5', '5'];
    const text = missing(shown(quick)).length === 0 ? '' : shown(patient);
    expect(text === '' ? [] : missing(text), text).toEqual([]);
  });
});

describe('the description', () => {
  it('has every command and option of the program', () => {
    const described = allCommands(program).map(({ path }) => path.join(' '));
    const made = makeProgram({} as Actions, () => {});
    for (const command of made.commands) {
      expect(described).toContain(command.name());
      const own = allCommands(program).find(({ path }) => path.join(' ') === command.name());
      for (const { flags } of command.options) {
        expect(own?.options.map((option) => option.flags)).toContain(flags);
      }
    }
  });

  it('knows what each option takes that names its values', () => {
    for (const { path, options } of allCommands(program)) {
      for (const { flags, meaning, value } of options) {
        if (value === undefined || flags.endsWith('<n>') || meaning.endsWith('…')) continue;
        if (flags.includes('-column ')) continue;
        const lists = /: (?:[a-z0-9-]+, )+[a-z0-9-]+/.test(meaning);
        if (lists) expect(value.kind, `${path.join(' ')} ${flags}`).toBe('values');
      }
    }
  });
});

describe('the manual page', () => {
  it('has every command, option and variable of the environment', async () => {
    const page = await printed('man');
    expect(page.startsWith('.TH TINYVMI\\-BENCH 1')).toBe(true);
    for (const { path, options } of allCommands(program)) {
      if (path.at(-1) !== 'help' && path.length > 0) {
        expect(page).toContain(`.SS ${escapeRoff(path.join(' '))}\n`);
      }
      for (const { flags } of options) expect(page).toContain(`.B ${escapeRoff(flags)}\n`);
    }
    const used = new Set<string>();
    for (const name of readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })) {
      if (!/^(harness|infra)\/.*\.ts$/.test(name) || /test|e2e/.test(name)) continue;
      const text = readFileSync(join(SOURCES, name), 'utf8');
      for (const [, variable = ''] of text.matchAll(/env\.(TINYVMI_[A-Z_]+)/g)) used.add(variable);
    }
    expect(used.size).toBeGreaterThan(2);
    for (const variable of used) expect(page).toContain(escapeRoff(variable));
  });

  it('is what mandoc takes without a complaint but that of the date', async ({ skip }) => {
    needs(skip, 'mandoc');
    const file = join(folder, 'tinyvmi-bench.1');
    writeFileSync(file, await printed('man'));
    const { stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', file], {
      encoding: 'utf8',
    });
    expect(stdout.split('\n').filter((line) => line !== '' && !/missing date/.test(line))).toEqual(
      [],
    );
  });

  it('is what man shows', async ({ skip }) => {
    needs(skip, 'man');
    const file = join(folder, 'tinyvmi-bench.1');
    writeFileSync(file, await printed('man'));
    const env = { ...process.env, MANWIDTH: '90', LC_ALL: 'C.UTF-8' };
    const { stdout, stderr, status } = spawnSync('man', ['--warnings', '-P', 'cat', '-l', file], {
      encoding: 'utf8',
      env,
    });
    expect([status, stderr]).toEqual([0, '']);
    const plain = stdout.replace(/.[\b]/g, '');
    expect(plain).toContain('--page-size <size>');
    expect(plain).toContain('tinyvmi-bench run --bench boot,footprint');
  });
});
