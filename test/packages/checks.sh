# shellcheck shell=sh
# What must be true of a package and of a machine that has it. Each check says what is wrong, and ends the run.
# test/packages/package-checks.test.ts shows that each of them can fail.

step() { printf -- '- %s\n' "$1"; }
wrong() {
    printf 'WRONG: %s\n' "$1" >&2
    exit 1
}

# ---- a package, unpacked into the folder $1

# $2 and the rest: the files of /etc that must be there, and no others.
settings_are() {
    tree=$1
    shift
    here=$(find "$tree/etc" -type f | sed "s|^$tree||" | LC_ALL=C sort)
    there=$(printf '%s\n' "$@" | LC_ALL=C sort)
    [ "$here" = "$there" ] || wrong "the package brings these files into /etc:
$here"
}

# $2: the files that the package calls its settings, one a line. They are all of /etc, or an upgrade loses changes.
settings_are_kept() {
    for file in $(find "$1/etc" -type f | sed "s|^$1||"); do
        printf '%s\n' "$2" | grep -qxF "$file" || wrong "an upgrade overwrites $file"
    done
}

# A page for the program and for each configuration file that has a skeleton.
manual_is_whole() {
    for file in "$1"/usr/share/ftpwall/skeleton/*; do
        name=$(basename "$file")
        case $name in
            ftpwall.conf) page=man5/ftpwall.conf.5 ;;
            params) page=man5/ftpwall-lines.5 ;;
            *) page=man5/ftpwall-$name.5 ;;
        esac
        page_is_there "$1" "$page"
    done
    for page in man8/ftpwall.8 man5/ftpwall-macros.5 man7/ftpwall-diagnostics.7 man7/ftpwall-tutorial.7; do
        page_is_there "$1" "$page"
    done
}

# A schema of what --json prints, for the verbs that programs call most.
schemas_are_whole() {
    for verb in check start status hits show-ftp; do
        [ -s "$1/usr/share/ftpwall/schemas/$verb.json" ] || wrong "the schema $verb.json is empty or missing"
    done
}

# Vim, neovim, emacs and VS Code know the language where these files are; $2: what loads the mode of emacs.
editors_are_set_up() {
    for file in share/vim/vimfiles/ftdetect/ftpwall.vim share/vim/vimfiles/syntax/ftpwall.vim \
        share/vim/vimfiles/ftplugin/ftpwall.vim share/nvim/site/ftdetect/ftpwall.vim share/nvim/site/syntax/ftpwall.vim \
        share/nvim/site/ftplugin/ftpwall.lua share/nvim/site/lua/ftpwall.lua share/emacs/site-lisp/ftpwall-mode.el \
        share/ftpwall/editors/ftpwall.vsix lib/ftpwall/ftpwall-lsp.js; do
        [ -s "$1/usr/$file" ] || wrong "editors miss /usr/$file"
    done
    grep -q ftpwall-mode "$1$2" || wrong "emacs misses $2"
}

# The action of fail2ban calls the program where it is, and a verb that it has.
fail2ban_can_ban() {
    action=$1/usr/share/doc/ftpwall/examples/fail2ban/ftpwall.conf
    [ -s "$action" ] || wrong 'there is no action for fail2ban'
    for call in 'actionban = /usr/sbin/ftpwall <blocktype> <ip>' 'actionunban = /usr/sbin/ftpwall allow <ip>' 'blocktype = drop'; do
        grep -qxF -- "$call" "$action" || wrong "the action for fail2ban has no line: $call"
    done
}

# Ansible finds the collection, with what runs on hosts.
collection_is_whole() {
    collection=$1/usr/share/ansible/collections/ansible_collections/ftpwall/ftpwall
    for file in MANIFEST.json meta/runtime.yml plugins/action/apply.py plugins/modules/apply.py plugins/plugin_utils/host.sh \
        roles/firewall/tasks/main.yml roles/firewall/files/ftpwall-lite playbooks/deploy.yml; do
        [ -s "$collection/$file" ] || wrong "the collection for Ansible has no $file"
    done
}

# $2: section folder and name.
page_is_there() {
    [ -s "$1/usr/share/man/$2" ] || [ -s "$1/usr/share/man/$2.gz" ] || wrong "the manual has no $2"
}

# One program, bundled: nothing of the folders of npm, and nothing of our sources.
holds_no_sources() {
    found=$(find "$1" \( -name node_modules -o -name '*.ts' -o -name '*.peggy' -o -name '*.ejs' \) -print)
    [ -z "$found" ] || wrong "the package brings what it does not need: $found"
}

# Root runs these files: nobody else may write to them, and none is privileged by itself.
belongs_to_root() {
    found=$(find "$1" ! -type l \( ! -user 0 -o -perm /6022 \) -print)
    [ -z "$found" ] || wrong "others can change, or it is privileged: $found"
}

# $1: a file of a package.
is_small() {
    size=$(wc -c <"$1")
    [ "$size" -lt 3145728 ] || wrong "$1 has $size bytes, and may have 3 MiB"
}

# ---- a machine that has it; $1: its root

# V8 has compiled the program, once for the Node.js of this machine, and only root can write it. $1: when; $2: the folder.
starts_compiled() {
    set -- "$@" "$2"/ftpwall-*.cache
    [ $# -eq 3 ] || wrong "$1: several code caches"
    [ -f "$3" ] || wrong "$1: no code cache"
    [ "$(stat -c '%u %a' "$3")" = '0 644' ] || wrong "$1: others can write the code cache"
    node -e '
        const { existsSync, readFileSync } = require("node:fs");
        const [folder, cache] = process.argv.slice(1);
        // A cache is for what the launcher tells V8.
        if (existsSync(folder + "/keep-code-cache")) require(folder + "/keep-code-cache").tuneEngine();
        const program = readFileSync(folder + "/program.js", "latin1");
        const { cachedDataRejected } = new (require("node:vm").Script)(program, { cachedData: readFileSync(cache) });
        process.exit(cachedDataRejected ? 1 : 0);
    ' "$2" "$3" || wrong "$1: the code cache is of another program or Node.js"
}

# Neither systemd nor an init of System V starts anything of ours.
nothing_is_enabled() {
    found=$(find "$1/etc/systemd/system" "$1"/etc/rc*.d \( -path '*.wants/ftpwall*' -o -name 'S[0-9][0-9]ftpwall*' \) -print 2>/dev/null)
    [ -z "$found" ] || wrong "installing enabled: $found"
}

# $1: what policy-rc.d was asked, or nothing.
nothing_was_started() {
    [ ! -s "$1" ] || wrong "a maintainer script started or stopped a service: $(cat "$1")"
}

# $1: the tables of nft.
nothing_is_loaded() {
    [ -z "$1" ] || wrong "rules were loaded: $1"
}

# $1: the listed table. Loaded, and whoever no rule concerns does not get in.
is_closed() {
    printf '%s\n' "$1" | grep -q 'policy drop' || wrong "$2 left the machine open"
}

# $1: a file of what was said; $2: what must have been said; $3: who.
has_said() {
    grep -qF -- "$2" "$1" || wrong "$3 does not say: $2"
}

# $1: seconds that were used.
is_quick() {
    [ "$1" -lt 60 ] || wrong "it took $1 seconds from the package to a running firewall"
}
