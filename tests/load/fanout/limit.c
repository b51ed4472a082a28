// limit: the least a server can do. What is posted is written to every subscriber, one write each, and nothing else is kept.
//
//   limit PORT        GET … subscribes;  POST … with a body publishes it as it is
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static const char HEAD[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-store\r\n\r\n";
static const char TAKEN[] = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
static int *subscribers, count;

static void publish(const char *frame, size_t size) {
  for (int i = 0; i < count; i++)
    if (write(subscribers[i], frame, size) != (ssize_t)size) { shutdown(subscribers[i], SHUT_RDWR); subscribers[i--] = subscribers[--count]; }
}

static void serve(int fd, int epfd) { // a request comes in one piece: both clients that speak to it write it so
  static char request[1 << 16];
  ssize_t r = read(fd, request, sizeof request - 1);
  if (r <= 0) { for (int i = 0; i < count; i++) if (subscribers[i] == fd) subscribers[i--] = subscribers[--count]; close(fd); return; }
  request[r] = 0;
  if (!memcmp(request, "GET", 3)) {
    write(fd, HEAD, sizeof HEAD - 1); subscribers[count++] = fd;
    struct epoll_event e = {.events = EPOLLRDHUP, .data.fd = fd}; epoll_ctl(epfd, EPOLL_CTL_MOD, fd, &e);
  } else {
    char *body = strstr(request, "\r\n\r\n");
    if (body) publish(body + 4, request + r - body - 4);
    write(fd, TAKEN, sizeof TAKEN - 1);
  }
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  struct rlimit limit; getrlimit(RLIMIT_NOFILE, &limit); limit.rlim_cur = limit.rlim_max; setrlimit(RLIMIT_NOFILE, &limit);
  signal(SIGPIPE, SIG_IGN); subscribers = malloc(limit.rlim_cur * sizeof *subscribers);
  int listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1, epfd = epoll_create1(0);
  setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(listening, (void *)&at, sizeof at) || listen(listening, 4096)) { perror("listen"); return 1; }
  struct epoll_event e = {.events = EPOLLIN, .data.fd = listening}, ready[512]; epoll_ctl(epfd, EPOLL_CTL_ADD, listening, &e);
  printf("listening\n"); fflush(stdout);
  while (1) {
    int k = epoll_wait(epfd, ready, 512, -1);
    for (int i = 0; i < k; i++) {
      if (ready[i].data.fd != listening) { serve(ready[i].data.fd, epfd); continue; }
      for (int fd; (fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct epoll_event in = {.events = EPOLLIN, .data.fd = fd}; epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &in);
      }
    }
  }
}
