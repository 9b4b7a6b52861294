/** What shells run to have Tab complete kctl; each asks `kctl __complete`. */

/** The line is split at blanks by ourselves: bash would split at `=` and `:` too. */
const BASH = `# bash completion for kctl: source <(kctl completion bash)
_kctl_complete() {
  local line=\${COMP_LINE:0:COMP_POINT} words cur out directive prefix
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  cur=\${words[\${#words[@]}-1]}
  COMPREPLY=()
  out=$("\${words[0]}" __complete -- "\${words[@]:1}" 2>/dev/null) || return
  directive=\${out##*:}
  out=\${out%:*}
  mapfile -t COMPREPLY < <(printf '%s' "$out" | cut -f1)
  # bash replaces only what stands behind the last = or :
  prefix=\${cur%"\${cur##*[=:]}"}
  if [[ -n $prefix ]]; then COMPREPLY=("\${COMPREPLY[@]#"$prefix"}"); fi
  if (( directive & 2 )); then compopt -o nospace; fi
  if (( ! (directive & 4) && \${#COMPREPLY[@]} == 0 )); then compopt -o default; fi
}
complete -F _kctl_complete kctl
`;

const ZSH = `#compdef kctl
# zsh completion for kctl: source <(kctl completion zsh), or into a file _kctl of your $fpath
_kctl() {
  local -a lines candidates
  local directive line
  lines=("\${(@f)$("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  directive=\${lines[-1]#:}
  for line in "\${(@)lines[1,-2]}"; do
    [[ -z $line ]] && continue
    local value=\${line%%$'\\t'*} about=''
    [[ $line == *$'\\t'* ]] && about=\${line#*$'\\t'}
    candidates+=("\${value//:/\\\\:}\${about:+:$about}")
  done
  if (( directive & 2 )); then _describe 'kctl' candidates -S ''; else _describe 'kctl' candidates; fi
  if (( ! (directive & 4) && \${#candidates} == 0 )); then _files; fi
}
if [[ $funcstack[1] == _kctl ]]; then _kctl; else compdef _kctl kctl; fi
`;

const FISH = `# fish completion for kctl: kctl completion fish | source
function __kctl_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l out ($words[1] __complete -- $words[2..-1] 2>/dev/null)
  test (count $out) -gt 1; and printf '%s\\n' $out[1..-2]
end
function __kctl_wants_files
  set -l words (commandline -opc) (commandline -ct)
  set -l directive (string replace ':' '' -- ($words[1] __complete -- $words[2..-1] 2>/dev/null)[-1])
  test (math "bitand($directive, 4)") -eq 0
end
complete -c kctl -f -a '(__kctl_complete)'
complete -c kctl -n __kctl_wants_files -F
`;

export const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
