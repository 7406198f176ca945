# Types lines into an interactive zsh with its completion system, presses Tab behind each, and prints what it lists.
#   zsh -f complete.zsh FOLDER END LINE...      FOLDER holds the file _ftpwall; END is printed behind each line's list
zmodload zsh/zpty
folder=$1 end=$2
shift 2
zpty shell zsh -f -i
# Each word on a line of its own, between marks; nothing is inserted, no question asked. What is called around a
# completion is called once: it sees to it that it is called again.
zpty -w shell "PS1=; stty -echo; unsetopt prompt_cr prompt_sp zle_bracketed_paste; fpath=($folder \$fpath); autoload -U compinit; compinit -D -u
ftpwall() { }
zstyle ':completion:*' list-colors ''
list() { compstate[list]=; compstate[insert]= ; hear; print -r -- BEGIN\$'\n'\${(F)found}\$'\n'END }
compadd() { local -a words; builtin compadd -O words \"\$@\"; found+=(\$words); builtin compadd \"\$@\" }
start() { found=() }
hear() { comppostfuncs=(list) compprefuncs=(start) }
hear
bindkey '^I' complete-word
print -r -- READY"
zpty -r -m shell seen '*READY*' || exit 1
for line; do
    zpty -w -n shell "$line"$'\t'
    zpty -r -m shell seen '*BEGIN*END*' || exit 1
    print -r -- "${${seen#*BEGIN}%END*}"
    print -r -- "$end"
    # The line is taken back (^U).
    zpty -w -n shell $'\x15'
done
zpty -d shell
