#!/bin/sh
# A tc(8) for both: it notes what was made in /run/tc, and passes on what this kernel has. Queues and filters that it may lack
# become others that lead each packet to the same class: HTB for prio and hfsc, pfifo for leaves, a
# program of BPF that loads the mark for fw. What has no
# substitute (police, flow) is only noted. The real one is /run/real-tc.
real=/run/real-tc noted=/run/tc

# Prints the word behind $1 among the others.
behind() {
    word=$1
    shift
    while [ "$#" -gt 1 ]; do
        [ "$1" != "$word" ] || { printf '%s' "$2" && return; }
        shift
    done
}

case " $* " in *' help '*) exec $real "$@" ;; *) ;; esac
case $1:$2 in
    *:show) exec $real "$@" ;;
    -*) exec $real "$@" ;;
    qdisc:del)
        case "$*" in
            *ingress) part='dev '$4'\( .*\)\? \(ingress\|parent ffff:\)' ;;
            *) part='dev '$4' ' ;;
        esac
        $real "$@" || exit
        case "$*" in
            *ingress) grep -v "$part" $noted ;;
            *) grep -e "ingress\|parent ffff:" -e "dev [^ ]*" $noted | grep -v "^[a-z]* add dev $4 .*\(htb\|hfsc\|tbf\|prio\|fifo\|sfq\|fq_codel\|u32\|fw\|flow\)" ;;
        esac >/run/tc-left
        mv /run/tc-left $noted
        exit 0
        ;;
    *) ;;
esac
device=$(behind dev "$@")
place="dev $device"
for each in parent handle; do
    value=$(behind $each "$@")
    [ -z "$value" ] || place="$place $each $value"
done
case " $* " in *' root '*) place="$place root" ;; *) ;; esac
made() { echo "$*" >>$noted; }
# shellcheck disable=SC2086 # words are wanted
case " $* " in
    *' police '* | *' flow '*) ;;
    *' fw '*)
        mark=$(behind handle "$@")
        $real filter add dev "$device" protocol all parent "$(behind parent "$@")" prio "$(behind prio "$@")" \
            bpf bytecode "4,32 0 0 4294963220,21 0 1 $((${mark%%/*})),6 0 0 4294967295,6 0 0 0," classid "$(behind classid "$@")" || exit
        ;;
    *' sfq '* | *' fq_codel '*) $real qdisc add $place pfifo limit 127 || exit ;;
    *' prio bands '*)
        $real qdisc add $place htb default 2 || exit
        for each in 1 2 3; do
            $real class add dev "$device" parent "$(behind handle "$@")" classid "$(behind handle "$@")$each" htb rate 1gbit || exit
        done
        ;;
    *' qdisc add '*' hfsc '*) $real qdisc add $place htb default "$(behind default "$@")" || exit ;;
    *' class add '*' hfsc '*)
        words=${*#* hfsc }
        rates=$(echo "$words" | sed -n 's/.*[^l] rate \([^ ]*\) .*/\1/p')
        $real class add dev "$device" parent "$(behind parent "$@")" classid "$(behind classid "$@")" htb \
            rate "$rates" ceil "$(behind rate $(echo "$words" | sed 's/.* ul //'))" || exit
        ;;
    *) $real "$@" || exit ;;
esac
made "$@"
