/* Opens TCP connections one after the other and prints the nanoseconds that each took, from connect to close.
   connections serve PORT | connections connect ADDRESS PORT COUNT; the server is ended by its caller. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int serve(int port) {
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(port)};
    int listening = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listening, (void *)&here, sizeof here) < 0 || listen(listening, 512) < 0) return 1;
    for (;;) {
        int accepted = accept(listening, NULL, NULL);
        char byte;
        if (accepted < 0) continue;
        while (read(accepted, &byte, 1) > 0) continue;
        close(accepted);
    }
}

static int connects(const char *address, int port, long count) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct linger reset = {.l_onoff = 1, .l_linger = 0}; /* no port waits for late packets */
    struct timespec begun, ended;
    if (inet_pton(AF_INET, address, &to.sin_addr) != 1) return 2;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    for (long i = 0; i < count; i++) {
        int connection = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(connection, (void *)&to, sizeof to) < 0) return 1;
        setsockopt(connection, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        close(connection);
    }
    clock_gettime(CLOCK_MONOTONIC, &ended);
    printf("%.0f\n", ((ended.tv_sec - begun.tv_sec) * 1e9 + ended.tv_nsec - begun.tv_nsec) / count);
    return 0;
}

int main(int count, char **words) {
    if (count == 3 && !strcmp(words[1], "serve")) return serve(atoi(words[2]));
    alarm(60); /* where packets are lost nobody waits for minutes */
    if (count == 5 && !strcmp(words[1], "connect")) return connects(words[2], atoi(words[3]), atol(words[4]));
    return 2;
}
