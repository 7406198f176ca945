# Types a line into an interactive zsh with its completion system, presses Tab twice, and prints what it lists.
#   zsh -f complete.zsh FOLDER LINE      FOLDER holds the file _ftpwall
zmodload zsh/zpty
folder=$1 line=$2
zpty shell zsh -f -i
# Each word on a line of its own, between marks; nothing is inserted, no question asked.
zpty -w shell "PS1=; stty -echo; unsetopt prompt_cr prompt_sp zle_bracketed_paste; fpath=($folder \$fpath); autoload -U compinit; compinit -D -u
ftpwall() { }
zstyle ':completion:*' list-colors ''
list() { compstate[list]=; compstate[insert]= ; print -r -- BEGIN\$'\n'\${(F)found}\$'\n'END }
compadd() { local -a words; builtin compadd -O words \"\$@\"; found+=(\$words); builtin compadd \"\$@\" }
start() { found=() }
comppostfuncs=(list) compprefuncs=(start)
bindkey '^I' complete-word
print -r -- READY"
zpty -r -m shell seen '*READY*' || exit 1
zpty -w -n shell "$line"$'\t'
zpty -r -m shell seen '*BEGIN*END*' || exit 1
print -r -- "${${seen#*BEGIN}%END*}"
zpty -d shell
