/**
 * Completion for bash, in bash alone: nothing of the program runs while somebody types.
 */
import { allCommands, type DescribedCommand, type Word } from './description.ts';

/** Words of a command line that lie in quotes. */
function quoted(words: readonly string[]): string {
  return `'${words.join(' ').replaceAll("'", "'\\''")}'`;
}

function completing(word: Word): string {
  switch (word.kind) {
    case 'values':
      return `_tinyvmi_bench_words "$cur" ${quoted(word.values)}`;
    case 'file':
      return '_tinyvmi_bench_files -f "$cur"';
    case 'folder':
      return '_tinyvmi_bench_files -d "$cur"';
    case 'result':
      return '_tinyvmi_bench_results "$cur"';
    case 'free':
      return ':';
  }
}

/** Cases of `$path $option` for the options that take a value. */
function valueCases(commands: readonly DescribedCommand[]): string[] {
  return commands.flatMap(({ path, options }) =>
    options.flatMap(({ names, value }) =>
      value === undefined
        ? []
        : [
            `    ${names.map((name) => quoted([`${path.join(' ')}:${name}`])).join('|')}) ${completing(value)}; return ;;`,
          ],
    ),
  );
}

function takesValue(commands: readonly DescribedCommand[]): string[] {
  return commands.flatMap(({ path, options }) =>
    options.flatMap(({ names, value }) =>
      value === undefined ? [] : names.map((name) => quoted([`${path.join(' ')}:${name}`])),
    ),
  );
}

function argumentCase({ path, arguments: own, commands }: DescribedCommand): string {
  const key = quoted([path.join(' ')]);
  if (commands.length > 0) {
    const names = commands.map(({ path: words }) => words.at(-1) ?? '');
    return `    ${key}) _tinyvmi_bench_words "$cur" ${quoted(names)} ;;`;
  }
  const places = own.map(({ word, repeated }, place) => {
    const pattern = repeated ? '*' : String(place);
    return `${pattern}) ${completing(word)} ;;`;
  });
  return `    ${key}) case $count in ${places.join(' ')} esac ;;`;
}

/** The script, for `source <(tinyvmi-bench completion bash)`. */
export function bashCompletion(program: DescribedCommand): string {
  const commands = allCommands(program);
  const inner = commands.filter(({ path }) => path.length > 0);
  return `# Completion of tinyvmi-bench for bash. Made by: tinyvmi-bench completion bash

# The words of a list that begin as the current one does; after a comma, the next of several.
_tinyvmi_bench_words() {
  local before='' part=$1 word
  if [[ $part == *,* ]]; then
    before=\${part%,*},
    part=\${part##*,}
  fi
  for word in $2; do
    if [[ $word == "$part"* ]]; then COMPREPLY+=("$before$word"); fi
  done
}

_tinyvmi_bench_files() {
  local name
  compopt -o filenames 2>/dev/null
  while IFS= read -r name; do COMPREPLY+=("$name"); done < <(compgen "$1" -- "$2")
}

# Results below results/runs, or any folder.
_tinyvmi_bench_results() {
  local file
  for file in results/runs/*/manifest.json results/runs/*/imported.json; do
    if [[ -e $file && $file == "$1"* ]]; then COMPREPLY+=("\${file%/*}"); fi
  done
  if [[ \${#COMPREPLY[@]} -eq 0 ]]; then _tinyvmi_bench_files -d "$1"; fi
}

_tinyvmi_bench() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path='' word i skip='' count=0
  COMPREPLY=()
  # bash splits --option=value into three words.
  if [[ $cur == = ]]; then
    cur=''
  elif [[ $prev == = ]]; then
    prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == = ]]; then
      skip=1
      continue
    fi
    if [[ -n $skip ]]; then
      skip=''
      continue
    fi
    case "$path:$word" in
${inner.map(({ path }) => `      ${quoted([`${path.slice(0, -1).join(' ')}:${path.at(-1)}`])}) path=${quoted(path)} ;;`).join('\n')}
      ${takesValue(commands).join('|')}) skip=1 ;;
      *:-*) ;;
      *) count=$((count + 1)) ;;
    esac
  done
  case "$path:$prev" in
${valueCases(commands).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case "$path" in
${commands.map(({ path, options }) => `      ${quoted([path.join(' ')])}) _tinyvmi_bench_words "$cur" ${quoted(options.flatMap(({ names }) => names))} ;;`).join('\n')}
    esac
    return
  fi
  case "$path" in
${commands.map(argumentCase).join('\n')}
  esac
}

complete -F _tinyvmi_bench tinyvmi-bench
`;
}
