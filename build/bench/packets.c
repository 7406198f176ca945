/* Sends UDP packets from a packet socket and prints the nanoseconds that each took: over veth that is the whole way.
   packets DEVICE MAC SOURCE DESTINATION PORT COUNT FLOWS CPU; the source port tells the flows apart. IPv4 or IPv6, as SOURCE is. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/udp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

static unsigned char frame[80];

static unsigned sum_of(const void *start, int bytes) {
    const unsigned short *word = start;
    unsigned sum = 0;
    for (; bytes > 1; bytes -= 2) sum += *word++;
    return sum;
}

static unsigned short folded(unsigned sum) {
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return ~sum;
}

/* Writes the header of the network layer; returned is where UDP begins. */
static struct udphdr *header4(char **words) {
    struct iphdr *ip = (void *)(frame + 14);
    *ip = (struct iphdr){.version = 4, .ihl = 5, .ttl = 64, .protocol = 17, .tot_len = htons(46)};
    if (inet_pton(AF_INET, words[3], &ip->saddr) != 1 || inet_pton(AF_INET, words[4], &ip->daddr) != 1) exit(2);
    ip->check = folded(sum_of(ip, 20));
    return (void *)(ip + 1);
}

static struct udphdr *header6(char **words) {
    struct ip6_hdr *ip = (void *)(frame + 14);
    ip->ip6_flow = htonl(6u << 28);
    ip->ip6_plen = htons(26);
    ip->ip6_nxt = 17;
    ip->ip6_hlim = 64;
    if (inet_pton(AF_INET6, words[3], &ip->ip6_src) != 1 || inet_pton(AF_INET6, words[4], &ip->ip6_dst) != 1) exit(2);
    return (void *)(ip + 1);
}

int main(int count, char **words) {
    if (count != 9) return 2;
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(atoi(words[8]), &cpus);
    sched_setaffinity(0, sizeof cpus, &cpus);
    int six = strchr(words[3], ':') != NULL, on = 1;
    int out = socket(AF_PACKET, SOCK_RAW, htons(six ? ETH_P_IPV6 : ETH_P_IP));
    setsockopt(out, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on);
    struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(words[1]), .sll_halen = 6};
    unsigned mac[6];
    if (sscanf(words[2], "%x:%x:%x:%x:%x:%x", mac, mac + 1, mac + 2, mac + 3, mac + 4, mac + 5) != 6) return 2;
    for (int i = 0; i < 6; i++) frame[i] = mac[i];
    frame[6] = 2;
    frame[11] = 9;
    *(unsigned short *)(frame + 12) = htons(six ? ETH_P_IPV6 : ETH_P_IP);
    struct udphdr *udp = six ? header6(words) : header4(words);
    udp->dest = htons(atoi(words[5]));
    udp->len = htons(26);
    int length = (unsigned char *)udp + 26 - frame;
    /* Of IPv6 the checksum is needed (RFC 8200 section 8.1): that of the addresses, the length, the protocol and UDP. */
    unsigned fixed = six ? sum_of(frame + 22, 32) + htons(26) + htons(17) + sum_of(udp, 26) : 0;
    long packets = atol(words[6]), flows = atol(words[7]);
    struct timespec begun, ended;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    for (long i = 0; i < packets; i++) {
        udp->source = htons(1024 + i % flows);
        if (six) udp->check = folded(fixed + udp->source);
        if (sendto(out, frame, length, 0, (void *)&to, sizeof to) < 0) return 1;
    }
    clock_gettime(CLOCK_MONOTONIC, &ended);
    printf("%.0f\n", ((ended.tv_sec - begun.tv_sec) * 1e9 + ended.tv_nsec - begun.tv_nsec) / packets);
    return 0;
}
