// Scripts for shells. They are written once and ask nobody: a key press must not start Node.
import type { Command } from "../command.js";

/** By the shell's name. */
export const scripts: Readonly<Record<string, (commands: readonly Command[]) => string>> = { bash, zsh, fish };

function bash(commands: readonly Command[]): string {
  const cases = commands.map((command) => `    ${command.name}) words=${quoted(flagsOf(command).join(" "))} ;;`);
  const names = commands.map(({ name }) => name);
  const choices = [...commands.flatMap(choicesOf), ["help", names] as const].map(
    ([before, words]) => `    ${before}) words=${quoted(words.join(" "))} ;;`,
  );
  return `# spangate in bash. What begins with no dash is left to the shell: files; and what is behind --, another command.
_spangate() {
  COMPREPLY=()
  [[ " \${COMP_WORDS[*]:0:COMP_CWORD} " == *" -- "* ]] && return
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} words=
  if [ "$COMP_CWORD" -eq 1 ]; then
    words=${quoted([...names, "help", "--help", "--version"].join(" "))}
  elif [[ $current == -* ]]; then
    case \${COMP_WORDS[1]} in
${cases.map((line) => `  ${line}`).join("\n")}
    esac
  else
    case $before in
${choices.map((line) => `  ${line}`).join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _spangate spangate
`;
}

function zsh(commands: readonly Command[]): string {
  const names = commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  const cases = commands.map((command) => {
    const flags = command.options.map(({ long, description }) => quoted(`${long}:${description}`));
    return `    ${command.name}) options=(${[...flags, quoted("--help:tell how it is used")].join(" ")}) ;;`;
  });
  const choices = [...commands.flatMap(choicesOf), ["help", commands.map(({ name }) => name)] as const].map(
    ([before, words]) => `    ${before}) compadd -- ${words.join(" ")}; return ;;`,
  );
  return `#compdef spangate
_spangate() {
  local -a commands options
  if (( CURRENT == 2 )); then
    commands=(
${names.join("\n")}
    )
    _describe command commands
    return
  fi
  case $words[CURRENT-1] in
${choices.join("\n")}
  esac
  case $words[2] in
${cases.join("\n")}
  esac
  if [[ $PREFIX == -* ]]; then _describe -o option options; else _files; fi
}
if [ "$funcstack[1]" = "_spangate" ]; then _spangate "$@"; else compdef _spangate spangate; fi
`;
}

function fish(commands: readonly Command[]): string {
  const lines = commands.flatMap((command) => {
    const inside = `-n ${quoted(`__fish_seen_subcommand_from ${command.name}`)}`;
    return [
      `complete -c spangate -f -n __fish_use_subcommand -a ${command.name} -d ${quoted(command.summary)}`,
      ...command.options.map(({ long, description, required, argChoices }) => {
        const value = argChoices ? ` -x -a ${quoted(argChoices.join(" "))}` : required ? " -r" : "";
        return `complete -c spangate ${inside} -l ${long?.slice(2)}${value} -d ${quoted(description)}`;
      }),
      ...(command.arguments ?? []).flatMap(({ argChoices }) =>
        argChoices ? [`complete -c spangate -f ${inside} -a ${quoted(argChoices.join(" "))}`] : [],
      ),
    ];
  });
  return `${lines.join("\n")}\n`;
}

function flagsOf({ options }: Command): readonly string[] {
  return [...options.flatMap(({ long }) => long ?? []), "--help"];
}

/** What may stand behind a word. */
function choicesOf({
  name,
  options,
  arguments: args = [],
}: Command): (readonly [before: string, words: readonly string[]])[] {
  return [
    ...options.flatMap(({ long, argChoices }) => (long && argChoices ? [[long, argChoices] as const] : [])),
    ...args.flatMap(({ argChoices }) => (argChoices ? [[name, argChoices] as const] : [])),
  ];
}

/** A word in single quotes, as all three shells read it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
