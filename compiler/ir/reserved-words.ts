/**
 * Words that nft reads as its own, so that no chain, set or helper can have them for a name: the tokens of the grammars
 * of nft 1.0.6 and 1.1.3. Most are its own only after certain words, but nft 1.0.6 forgets to end that: after a rule
 * with `ct helper set` it takes no chain named `helpers` (measured).
 */
export const reservedWords: ReadonlySet<string> = new Set(
  `a-rwnd abort accept ackseq add addr ah all and arp asconf asconf-ack auto-merge avgpkt bridge burst bypass bytes
  cfi cgroup cgroupv2 chain chains checksum chunk classid code comment comp constant continue cookie-ack
  cookie-echo count counter counters cpi cpu create csumcov ct cum-tsn-ack cwr daddr data day dccp define dei
  delete describe destroy device devices direction dnat doff dport drop dscp dst dup dynamic echo ecn ecne element
  elements eol esp ether event exists expectation expiration expires export exthdr fanout fastopen fib flags flow
  flowlabel flowtable flowtables flush forward-tsn frag frag-off fully-random fwd gateway gc-interval ge geneve
  get goto gre gretap group handle hbh hdrlength heartbeat heartbeat-ack helper helpers hlen hook hooks hoplimit
  hour htype ibriport ibrname icmp icmpv6 icmpx id igmp iif iifgroup iifname iiftype import in inc include index
  inet init init-ack init-tag initial-tsn insert interval ip ip6 ipsec jhash json jump l3proto label last
  last-entry le left length level limit limits list ll log lowest-tsn lsrr lt map maps mark masquerade max-delay
  md5sig memory meta meter meters mh minute missing mod monitor more-fragments mptcp mrt mss mtu name ne netdev
  never new-cum-tsn nexthdr nexthop nftrace nh nop not notrack num num-dup-tsns num-gap-ack-blocks
  num-inbound-streams num-outbound-streams numgen obriport obrname offload offset oif oifgroup oifname oiftype
  operation option options or original osf out over p packets param-problem pcp performance persistent pkttype
  plen policy port position ppid prefix priority proto-dst proto-src protocol ptr ptype queue queue-threshold
  quota quotas ra random rate redefine redirect reject rename replace reply reqid reserved reserved2 reset return
  right rr rt rt0 rt2 rtclassid rule rules ruleset sack sack-permitted sack0 sack1 sack2 sack3 saddr sctp secmark
  secmarks second seed seg-left seq seqno set sets shutdown shutdown-ack shutdown-complete sid size skgid skuid
  snaplen snat socket spi spnum sport srh ssn ssrr state status stream subtype symhash synproxy synproxys table
  tables taddr tag tcp th time timeout timestamp to tproxy trace transparent tsecr tsn tsval ttl type typeof udp
  udplite undefine until update urgptr used value version vlan vm vmap vni vtag vxlan week wildcard window with
  wscale xml xt zone`.split(/\s+/),
);
