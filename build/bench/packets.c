/* Sends UDP packets from a packet socket and prints the nanoseconds that each took: over veth that is the whole way.
   packets DEVICE MAC SOURCE DESTINATION PORT COUNT FLOWS CPU; the source port tells the flows apart. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

static unsigned short checksum(const void *start, int bytes) {
    const unsigned short *word = start;
    unsigned sum = 0;
    for (; bytes > 1; bytes -= 2) sum += *word++;
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return ~sum;
}

int main(int count, char **words) {
    if (count != 9) return 2;
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(atoi(words[8]), &cpus);
    sched_setaffinity(0, sizeof cpus, &cpus);
    int out = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_IP)), on = 1;
    setsockopt(out, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on);
    struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(words[1]), .sll_halen = 6};
    unsigned char frame[60] = {0};
    unsigned mac[6];
    if (sscanf(words[2], "%x:%x:%x:%x:%x:%x", mac, mac + 1, mac + 2, mac + 3, mac + 4, mac + 5) != 6) return 2;
    for (int i = 0; i < 6; i++) frame[i] = mac[i];
    frame[6] = 2;
    frame[11] = 9;
    frame[12] = 8;
    struct iphdr *ip = (void *)(frame + 14);
    *ip = (struct iphdr){.version = 4, .ihl = 5, .ttl = 64, .protocol = 17, .tot_len = htons(46)};
    inet_pton(AF_INET, words[3], &ip->saddr);
    inet_pton(AF_INET, words[4], &ip->daddr);
    ip->check = checksum(ip, 20);
    struct udphdr *udp = (void *)(frame + 34);
    udp->dest = htons(atoi(words[5]));
    udp->len = htons(26);
    long packets = atol(words[6]), flows = atol(words[7]);
    struct timespec begun, ended;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    for (long i = 0; i < packets; i++) {
        udp->source = htons(1024 + i % flows);
        if (sendto(out, frame, sizeof frame, 0, (void *)&to, sizeof to) < 0) return 1;
    }
    clock_gettime(CLOCK_MONOTONIC, &ended);
    printf("%.0f\n", ((ended.tv_sec - begun.tv_sec) * 1e9 + ended.tv_nsec - begun.tv_nsec) / packets);
    return 0;
}
