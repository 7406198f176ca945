#!/bin/sh
# What is compiled, loaded by the nft of this suite: every case and sample, and test/support/rulesets. Runs inside a root of its own, with a network of its own.
#   $1: the folder of the packages; `rulesets` in it holds what the kernel and the nft of the builder take
set -eu
packages=$1
# shellcheck source-path=SCRIPTDIR source=checks.sh
. "$packages/checks.sh"
apt-get install -qq -y --no-install-recommends nftables iproute2 kmod >/tmp/install.log 2>&1 || {
    cat /tmp/install.log
    wrong 'nftables cannot be installed'
}

step "every ruleset is taken by nft $(nft --version | cut -d ' ' -f 2)"
taken=0
for ruleset in "$packages"/rulesets/*.nft; do
    nft -c -f "$ruleset" || wrong "nft refuses ${ruleset##*/}"
    taken=$((taken + 1))
done
printf '  %s rulesets\n' "$taken"
[ "$taken" -gt 30 ] || wrong 'too few rulesets'

# What must be among them. $1: the words; $2: what they are.
holds() {
    grep -rqE -e "$1" "$packages/rulesets" || wrong "no ruleset has $2"
}
holds 'type ipv4_addr \. .* : verdict' 'a map of several fields'
holds 'comment "rules:[0-9]+" : (accept|goto)' 'an element with the comment of its line'
holds 'table arp ftpwall' 'a table for arp'
holds 'table bridge ftpwall' 'a table for bridges'

listing() {
    nft -s list ruleset
}

step 'one element of a map changes in place, and goes back'
first=$packages/rulesets/first second=$packages/rulesets/second
sh "$first" start 2>/tmp/said || { cat /tmp/said; wrong 'start'; }
before=$(listing)
sh "$second" start 60 2>/tmp/said || { cat /tmp/said; wrong 'a change'; }
nft list maps >/tmp/maps
grep -q '198.51.100.250' /tmp/maps || wrong 'the element was not changed'
[ "$(nft list maps | sed -n 's/^\tmap \([^ ]*\).*/\1/p')" = "$(printf '%s\n' "$before" | sed -n 's/^\tmap \([^ ]*\).*/\1/p')" ] ||
    wrong 'the map was exchanged'
sh "$second" status | grep -q 'drift: none' || [ "$?" -eq 5 ] || wrong 'what is loaded is not what was noted'
sh "$second" rollback 2>/tmp/said || { cat /tmp/said; wrong 'rollback'; }
[ "$before" = "$(listing)" ] || wrong 'a rollback does not restore the map'
sh "$first" status | grep -q 'drift: none' || wrong 'after a rollback others seem to have changed the rules'
sh "$second" restart 2>/tmp/said || { cat /tmp/said; wrong 'restart'; }
changed=$(listing)
sh "$second" clear 2>/dev/null
sh "$second" start 2>/dev/null || wrong 'start'
[ "$(printf '%s\n' "$changed" | sed 's/net-loc-[0-9a-z]*/NAME/')" = "$(listing | sed 's/net-loc-[0-9a-z]*/NAME/')" ] ||
    wrong 'a changed element is not what a full load makes'
sh "$second" stop 2>/dev/null
sh "$second" clear 2>/dev/null
[ -z "$(nft list tables)" ] || wrong 'clear leaves a table'

step 'the table of FLOW_OFFLOAD is understood'
# Where the kernel lacks flowtables, it refuses what nft has understood.
nft -c -f "$packages/rulesets/offload" 2>/tmp/said || ! grep Error: /tmp/said | grep -v 'Could not process rule: No such file' ||
    wrong 'nft does not understand the flowtable'
