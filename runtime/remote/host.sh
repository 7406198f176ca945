# shellcheck shell=sh
# What a host does for `ftpwall remote` and for the Ansible collection: it comes by standard input (sh -s -- VERB …) and is
# never installed. A host keeps what it is given as the generations of ftpwall-lite; it needs no more than the script
# itself does, and ssh-keygen where it has a list of signers.
#
#   facts                                  what is here and what is loaded; `listing:` ends them, nft's rules follow
#   stage TOKEN                            makes room for a firewall, and prints the folder
#   arm TOKEN SECONDS SHA256 SHA256|none   verifies what was put there, and begins to load it when this call has ended
#   result TOKEN                           waits for the end of that load: its exit status, then what it said
#   confirm TOKEN                          keeps it, also for the next start of the machine
#   rollback TOKEN                         puts back what was there before
#   discard TOKEN                          forgets what was staged and not loaded
#   status                                 `exit N`, then what the script says
#
# Exit status: 0 done, 2 wrong usage, 3 refused; nothing was changed, or the words say what is in force.
set -fu
unset -v IFS CDPATH
PATH=${PATH:+$PATH:}/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
umask 077

state=/var/lib/ftpwall-lite
script=/etc/ftpwall-lite/firewall
signers=/etc/ftpwall-lite/allowed_signers
notes=/run/ftpwall-remote
# A machine with the whole program keeps its firewalls there, and starts them by itself.
managed=/var/lib/ftpwall/current

refuse() {
    printf 'ftpwall: %s\n' "$1" >&2
    exit 3
}

have() {
    command -v "$1" >/dev/null
}

# Prints the SHA-256 of the file $1, or `none`.
sum_of() {
    [ -f "$1" ] || {
        printf none
        return
    }
    said=$(sha256sum <"$1") || refuse "sha256sum cannot be run (package coreutils); nothing was changed"
    printf '%s' "${said%% *}"
}

# Whether a key of the list $2 (ssh-keygen(1), ALLOWED SIGNERS) has signed the file $1 for ftpwall; if not, $reason says why.
signed_by() {
    reason="$1.sig is not a signature of this script by a key of $2"
    if ! [ -r "$2" ]; then
        reason="the list of signers $2 cannot be read"
        return 1
    fi
    if ! command -v ssh-keygen >/dev/null; then
        reason='ssh-keygen is not installed (package openssh-client), so no signature can be verified'
        return 1
    fi
    [ -r "$1.sig" ] || return
    who=$(ssh-keygen -Y find-principals -s "$1.sig" -f "$2" 2>/dev/null) || return
    who=${who%%[,
]*}
    [ -n "$who" ] || return
    ssh-keygen -Y verify -f "$2" -I "$who" -n ftpwall -s "$1.sig" <"$1" >/dev/null 2>&1 && reason=
}

# Sets $loaded to the script that tells of what is loaded: that of the whole program, of a deployment, or the one that
# somebody has copied.
find_script() {
    for loaded in "$managed/firewall" "$state/current/firewall" "$script"; do
        [ -f "$loaded" ] && return
    done
    loaded=
    return 1
}

facts() {
    printf 'ftpwall-host: 1\n'
    if [ "$(id -u)" = 0 ]; then echo 'root: yes'; else echo 'root: no'; fi
    if have nft; then echo 'nft: yes'; else echo 'nft: no'; fi
    if [ -L "$managed" ]; then echo 'managed: yes'; else echo 'managed: no'; fi
    if have ftpwall-lite; then echo 'lite: yes'; else echo 'lite: no'; fi
    if [ -e "$signers" ]; then echo 'signers: yes'; else echo 'signers: no'; fi
    printf 'script: %s\n' "$(sum_of "$state/current/firewall")"
    printf 'signature: %s\n' "$(sum_of "$state/current/firewall.sig")"
    if find_script; then
        words=$(sh "$loaded" status 2>&1)
        printf 'status: %s\n' "$?"
        printf '%s\n' "$words" | while IFS= read -r line; do printf 'says: %s\n' "$line"; done
    fi
    printf 'listing:\n'
    if have nft; then nft --stateless list ruleset; fi
}

must_be_ready() {
    [ "$(id -u)" = 0 ] || refuse 'this user is not root'
    have nft || refuse 'nft is not installed (package nftables)'
    [ ! -L "$managed" ] ||
        refuse "the whole program manages this machine ($managed): run ftpwall on it, or remove the package ftpwall first"
}

stage() {
    must_be_ready
    folder=$state/generations/new-$1
    { mkdir -p "$state/generations" && mkdir "$folder" && true >"$folder/firewall" && chmod 700 "$folder/firewall"; } ||
        refuse "nothing can be kept in $state"
    printf '%s\n' "$folder"
}

# A file that was copied by half would end well and have done nothing: its last line tells that it is whole.
whole() {
    last=
    while IFS= read -r line; do last=$line; done <"$1"
    [ "$last" = '# end of the firewall' ]
}

# Begins when this call has ended, so that rules which end its connection leave nobody waiting for an answer.
arm() {
    must_be_ready
    folder=$state/generations/new-$1
    refused_because=
    if [ "$(sum_of "$folder/firewall")" != "$3" ] || [ "$(sum_of "$folder/firewall.sig")" != "$4" ] || ! whole "$folder/firewall"; then
        refused_because='what arrived is not what was sent'
    elif [ -e "$signers" ] && ! signed_by "$folder/firewall" "$signers"; then
        refused_because=$reason
    fi
    if [ -n "$refused_because" ]; then
        discard "$1"
        refuse "$refused_because; nothing was changed"
    fi
    if [ -e "$signers" ]; then export FTPWALL_SIGNERS="$signers"; fi
    sync "$folder/firewall" "$folder" 2>/dev/null || sync
    { mkdir -p "$notes" && true >"$notes/$1.words"; } || refuse "nothing can be noted in $notes; nothing was changed"
    # shellcheck disable=SC2016 # the other shell expands it
    begin='sleep 1
        sh "$1/firewall" start "$2" "$3" >"$4/$3.words" 2>&1
        printf "%s\n" "$?" >"$4/$3.new" && mv "$4/$3.new" "$4/$3.ended"'
    if have setsid; then
        setsid sh -c "$begin" sh "$folder" "$2" "$1" "$notes" </dev/null >/dev/null 2>&1 &
    else
        nohup sh -c "$begin" sh "$folder" "$2" "$1" "$notes" </dev/null >/dev/null 2>&1 &
    fi
}

result() {
    [ -e "$notes/$1.words" ] || refuse 'it was never asked to load this; nothing was changed'
    waited=0
    until [ -e "$notes/$1.ended" ]; do
        waited=$((waited + 1))
        [ "$waited" -lt 300 ] || refuse 'the load has not ended within a minute'
        sleep 0.2 2>/dev/null || sleep 1
    done
    cat "$notes/$1.ended" "$notes/$1.words"
}

# The firewall that ftpwall-lite loads at the next start of the machine is the one that was confirmed last.
link_boot() {
    mkdir -p "${script%/*}" || return
    for each in firewall firewall.sig; do
        link=${script%/*}/$each
        [ "$(readlink "$link")" = "$state/boot/$each" ] && continue
        if [ -f "$link" ] && [ ! -L "$link" ]; then mv -f "$link" "$link.before" || return; fi
        rm -f "$link.new" && ln -s "$state/boot/$each" "$link.new" && mv -f "$link.new" "$link" || return
    done
}

# Whoever asks again, because the answer was lost on its way, gets it again.
confirm() {
    must_be_ready
    if [ ! -e "$notes/$1.confirmed" ]; then
        words=$(sh "$state/current/firewall" confirm "$1" 2>&1)
        ended=$?
        printf '%s\n' "$words"
        [ "$ended" = 0 ] || exit "$ended"
        printf '%s\n' "$words" >"$notes/$1.confirmed"
    else
        cat "$notes/$1.confirmed"
    fi
    link_boot ||
        printf 'ftpwall: IT IS NOT THE FIREWALL OF THE NEXT START: %s could not be made a link to it\n' "$script"
    have ftpwall-lite || printf 'ftpwall: ftpwall-lite is not installed: nothing loads the firewall at the next start of the machine\n'
}

rollback() {
    must_be_ready
    find_script || refuse 'there is nothing that could be rolled back'
    sh "$loaded" rollback "$1" 2>&1
}

discard() {
    rm -rf "$state/generations/new-$1" "$notes/$1.words" "$notes/$1.ended" "$notes/$1.confirmed"
}

status() {
    find_script || refuse 'no firewall of ftpwall was ever loaded here'
    words=$(sh "$loaded" status 2>&1)
    printf 'exit %s\n%s\n' "$?" "$words"
}

usage() {
    echo 'usage: facts|status|stage TOKEN|arm TOKEN SECONDS SHA256 SHA256|result TOKEN|confirm TOKEN|rollback TOKEN|discard TOKEN' >&2
    exit 2
}

for each; do case $each in '' | *[!A-Za-z0-9-]*) usage ;; esac done
case ${1:-}:$# in
    facts:1) facts ;;
    status:1) status ;;
    stage:2) stage "$2" ;;
    arm:5) arm "$2" "$3" "$4" "$5" ;;
    result:2) result "$2" ;;
    confirm:2) confirm "$2" ;;
    rollback:2) rollback "$2" ;;
    discard:2) discard "$2" ;;
    *) usage ;;
esac
exit
# end of the host's part
