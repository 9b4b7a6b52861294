/** What shells run to have Tab complete kctl; each asks `kctl __complete`. */

/**
 * The line is split at blanks by ourselves: bash would split at `=` and `:` too. An alias is asked as what it stands
 * for. Names come from the cluster, so what has a meaning for the shell is quoted before it is put on the line.
 */
const BASH = `# bash completion for kctl: source <(kctl completion bash)
_kctl_complete() {
  local line=\${COMP_LINE:0:COMP_POINT} words program cur out directive prefix i
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  words=("\${words[@]//[\\"\\'\\\\]/}")
  cur=\${words[\${#words[@]}-1]}
  read -ra program <<< "\${BASH_ALIASES[\${words[0]}]:-\${words[0]/#\\~/$HOME}}"
  COMPREPLY=()
  out=$("\${program[@]}" __complete -- "\${words[@]:1}" 2>/dev/null) || return
  directive=\${out##*:}
  out=\${out%:*}
  mapfile -t COMPREPLY < <(printf '%s' "$out" | cut -f1)
  # bash replaces only what stands behind the last of these
  prefix=\${cur%"\${cur##*[=:@]}"}
  if [[ -n $prefix ]]; then COMPREPLY=("\${COMPREPLY[@]#"$prefix"}"); fi
  for i in "\${!COMPREPLY[@]}"; do
    if [[ \${COMPREPLY[i]} == *[^a-zA-Z0-9_./:=,@%+-]* ]]; then COMPREPLY[i]=$(printf '%q' "\${COMPREPLY[i]}"); fi
  done
  if (( directive & 2 )); then compopt -o nospace; fi
  if (( ! (directive & 4) && \${#COMPREPLY[@]} == 0 )); then compopt -o default; fi
}
complete -F _kctl_complete kctl
`;

/** What ends with = or / or : goes on without a blank. */
const ZSH = `#compdef kctl
# zsh completion for kctl: source <(kctl completion zsh), or into a file _kctl of your $fpath
_kctl() {
  local -a lines whole open program
  local directive line value about
  program=(\${(z)aliases[\${words[1]}]:-\${words[1]}})
  lines=("\${(@f)$("\${(@)\${(Q@)program}/#\\~/$HOME}" __complete -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)IPREFIX}\${(Q)PREFIX}" 2>/dev/null)}")
  directive=\${lines[-1]#:}
  # What stands before = is there already.
  if compset -P '(--[^=]#|-?)='; then lines=("\${(@)lines#\${(Q)IPREFIX}}"); fi
  for line in "\${(@)lines[1,-2]}"; do
    [[ -z $line ]] && continue
    value=\${line%%$'\\t'*} about=''
    [[ $line == *$'\\t'* ]] && about=\${line#*$'\\t'}
    line=\${\${value//\\\\/\\\\\\\\}//:/\\\\:}\${about:+:$about}
    if [[ $value == *[=/:] ]]; then open+=("$line"); else whole+=("$line"); fi
  done
  (( \${#whole} )) && _describe 'kctl' whole
  (( \${#open} )) && _describe 'kctl' open -S ''
  if (( ! (directive & 4) && \${#whole} + \${#open} == 0 )); then _files; fi
}
if [[ $funcstack[1] == _kctl ]]; then _kctl; else compdef _kctl kctl; fi
`;

/** One question for a Tab: the condition asks, the candidates are what it has found. Without any fish offers files. */
const FISH = `# fish completion for kctl: kctl completion fish | source
function __kctl_ask
  set -l words (commandline -opc) (commandline -ct)
  while string match -qr '^\\w+=' -- $words[1]
    set -e words[1]
  end
  set -l out ($words[1] __complete -- $words[2..-1] 2>/dev/null)
  set -g __kctl_candidates
  set -q out[2]; and set -g __kctl_candidates $out[1..-2]
  set -l directive (string replace ':' '' -- $out[-1])
  set -q __kctl_candidates[1]; or test (math "bitand($directive, 4)") -ne 0
end
complete -c kctl -e
complete -c kctl -n __kctl_ask -f -a '$__kctl_candidates'
`;

export const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
