#!/bin/sh
# Puts the built program and what surrounds it below a folder; packages of all kinds use it. It needs no Node.js.
#
#   packaging/install.sh ftpwall|ftpwall-lite|hooks FOLDER [debian|rpm]
set -eu
cd "$(dirname "$0")/.."
package=$1
to=${2:?usage: packaging/install.sh ftpwall|ftpwall-lite FOLDER [debian|rpm]}
system=${3:-debian}

# $1: mode; $2: where, below the folder; the rest: files.
put() {
    mode=$1 where=$to$2
    shift 2
    mkdir -p "$where"
    for file; do install -m "$mode" "$file" "$where/"; done
}

# $1: mode; $2: the file; $3: its path below the folder.
put_as() {
    mkdir -p "$to$(dirname "$3")"
    install -m "$1" "$2" "$to$3"
}

ftpwall() {
    put 644 /usr/lib/ftpwall dist/package.json dist/program.js dist/ftpwall-lsp.js
    # The package knows where its Node.js is; env(1) would take any. The code cache stays behind: it fits one version of
    # Node.js only, so installing makes it. Boot needs no Node.js at all.
    sed '1s|.*|#!/usr/bin/node|' dist/ftpwall.js >"$to/usr/lib/ftpwall/ftpwall"
    sed '1s|.*|#!/usr/bin/node|' packaging/keep-code-cache.cjs >"$to/usr/lib/ftpwall/keep-code-cache"
    chmod 755 "$to/usr/lib/ftpwall/ftpwall" "$to/usr/lib/ftpwall/keep-code-cache"
    mkdir -p "$to/usr/sbin"
    ln -sf ../lib/ftpwall/ftpwall "$to/usr/sbin/ftpwall"
    put 644 /etc/ftpwall packaging/etc/ftpwall.conf packaging/etc/params
    put 644 /usr/share/ftpwall/skeleton packaging/skeleton/* packaging/etc/ftpwall.conf packaging/etc/params
    put 644 /usr/share/ftpwall/schemas packaging/schemas/*
    for sample in etc-samples/*/; do
        put 644 "/usr/share/doc/ftpwall/examples/$(basename "$sample")" "$sample"*
    done
    for section in 5 7 8; do put 644 "/usr/share/man/man$section" man/pages/*."$section"; done
    put_as 644 packaging/completions/ftpwall.bash /usr/share/bash-completion/completions/ftpwall
    put 644 /usr/share/fish/vendor_completions.d packaging/completions/ftpwall.fish
    put 644 /usr/lib/systemd/system packaging/systemd/ftpwall*
    hooks
    put 644 /etc/logrotate.d packaging/etc/logrotate.d/ftpwall
    put 644 /usr/share/doc/ftpwall/examples packaging/etc/rsyslog.conf
    put 644 /usr/share/doc/ftpwall/examples/prometheus packaging/prometheus/*
    put 644 /usr/share/doc/ftpwall/examples/fail2ban packaging/fail2ban/ftpwall.conf
    put 644 /usr/share/doc/ftpwall/examples/cloud-init packaging/cloud-init/user-data.yml
    put 644 /usr/lib/tmpfiles.d packaging/etc/tmpfiles.d/ftpwall.conf
    editors
    collection
    "for_$system"
}

# Ansible finds it there by itself.
collection() {
    (cd packaging/collection && find . -type f) | while IFS= read -r file; do
        mode=644
        [ ! -x "packaging/collection/$file" ] || mode=755
        put_as "$mode" "packaging/collection/$file" "/usr/share/ansible/collections/ansible_collections/ftpwall/ftpwall/${file#./}"
    done
}

# What those who manage the network call when an interface comes, changes or goes, and what they call in turn.
hooks() {
    put 755 /usr/lib/ftpwall packaging/init/ftpwall-boot
    put_as 755 packaging/hooks/networkd-dispatcher /usr/lib/networkd-dispatcher/routable.d/50-ftpwall
    for link in configured degraded no-carrier off; do
        mkdir -p "$to/usr/lib/networkd-dispatcher/$link.d"
        ln -sf ../routable.d/50-ftpwall "$to/usr/lib/networkd-dispatcher/$link.d/50-ftpwall"
    done
    put_as 755 packaging/hooks/NetworkManager /usr/lib/NetworkManager/dispatcher.d/50-ftpwall
    [ "$system" = debian ] || return 0
    put_as 755 packaging/hooks/ifupdown /etc/network/if-up.d/ftpwall
    put_as 755 packaging/hooks/ifupdown /etc/network/if-post-down.d/ftpwall
    for event in ip-up ip-down ipv6-up ipv6-down; do
        put_as 755 packaging/hooks/ppp "/etc/ppp/$event.d/ftpwall"
    done
    put_as 644 packaging/hooks/dhclient /etc/dhcp/dhclient-exit-hooks.d/ftpwall
}

# Vim and neovim find these files by themselves; VS Code is told: code --install-extension.
editors() {
    for part in ftdetect syntax ftplugin; do
        put 644 "/usr/share/vim/vimfiles/$part" "packaging/editor-files/vim/$part/ftpwall.vim"
        mkdir -p "$to/usr/share/nvim/site/$part"
        ln -sf "../../../vim/vimfiles/$part/ftpwall.vim" "$to/usr/share/nvim/site/$part/ftpwall.vim"
    done
    put 644 /usr/share/nvim/site/ftplugin packaging/editor-files/vim/ftplugin/ftpwall.lua
    put 644 /usr/share/nvim/site/lua packaging/editor-files/vim/lua/ftpwall.lua
    put 644 /usr/share/emacs/site-lisp packaging/editor-files/emacs/ftpwall-mode.el
    put 644 /usr/share/ftpwall/editors packaging/editor-files/vscode/ftpwall.vsix
}

# Folders and programs of Debian and similar distributions.
for_debian() {
    put 644 /usr/share/zsh/vendor-completions packaging/completions/_ftpwall
    put 755 /etc/init.d packaging/init/ftpwall
    put 644 /etc/default packaging/etc/default/ftpwall
    put_as 644 packaging/editor-files/emacs/ftpwall-init.el /etc/emacs/site-start.d/50ftpwall.el
}

for_rpm() {
    put 644 /usr/share/zsh/site-functions packaging/completions/_ftpwall
    put 644 /usr/share/emacs/site-lisp/site-start.d packaging/editor-files/emacs/ftpwall-init.el
}

lite() {
    put 755 /usr/sbin packaging/lite/ftpwall-lite
    put 644 /usr/share/man/man8 packaging/lite/ftpwall-lite.8
    put 644 /usr/lib/systemd/system packaging/lite/ftpwall-lite.service
    mkdir -p "$to/etc/ftpwall-lite" "$to/var/lib/ftpwall-lite"
}

case $package in
    ftpwall) ftpwall ;;
    ftpwall-lite) lite ;;
    hooks) hooks ;;
    *) exit 2 ;;
esac
