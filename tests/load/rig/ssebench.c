// ssebench: holds N server-sent-event connections and says what came: events missed and repeated, latency, recovery.
//
//   ssebench [-c conns] [-p path] [-P port,port…] [-H header]… [-s sources] [-w ms] [-r]
//
// An event counts if its payload holds `"seq":<n>` (from 1, dense); `ts_ns` followed by a CLOCK_REALTIME number gives
// its latency. Lines on stderr: "ready" (all are open), "back" (all are open again). One JSON line on stdout at the end.
//   -w ms    once all are open, look at what came only that often: on loopback, waking a reader is at the writer's cost
//   -r       reconnect: after `retry:` (1 s until told), at the next port, with Last-Event-ID
//   SIGHUP   forget latencies and counts so far (after a warm-up)
//   SIGUSR1  cut every connection;  SIGUSR2  come back, all at once
//   SIGTERM  say the result and end
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ID_MAX = 512, AT_ONCE = 256, MOST_SEQ = 1 << 22 };
enum state { CLOSED, CONNECTING, HEADERS, OPEN };

typedef struct {
  int fd, port, retry_ms;
  enum state state;
  int in_body, chunked, size_line;    // size_line: within the line that says a chunk's size
  int64_t chunk_left;
  char *tail; int tail_len, tail_cap; // the block that is not whole yet
  char id[ID_MAX];
  uint8_t *seen; uint64_t seen_cap;   // a bit per seq
  uint64_t events, max_seq;
  uint64_t lost_at, due_at;           // monotonic ns
} conn;

static struct {
  uint64_t events, bytes, repeated, closed, refused, opened, gaps, heartbeats, unavailable, controls, slow_events;
} n;
static uint32_t hist[256 * 1024];     // latency, 50 us buckets
static uint64_t lat_sum, lat_n;
static double *recovered; static size_t recovered_n, recovered_cap;
static int conns = 1, ports[16], ports_n, sources = 1, rest_ms, reconnect, epfd, inflight, first_ready, is_open_n;
static const char *path = "/"; static char headers[4096];
static conn *all;
static volatile sig_atomic_t asked_mark, asked_cut, asked_back, asked_end;
static int cut; static uint64_t cut_back_at;

static uint64_t now_ns(clockid_t clock) {
  struct timespec t; clock_gettime(clock, &t);
  return (uint64_t)t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void on_signal(int number) {
  if (number == SIGHUP) asked_mark = 1; else if (number == SIGUSR1) asked_cut = 1;
  else if (number == SIGUSR2) asked_back = 1; else asked_end = 1;
}

// ---------------------------------------------------------------------------------------------------------- blocks

static void on_seq(conn *c, uint64_t seq) {
  if (seq >= MOST_SEQ) return;
  if (seq / 8 >= c->seen_cap) {
    uint64_t cap = c->seen_cap ? c->seen_cap : 64;
    while (seq / 8 >= cap) cap *= 2;
    c->seen = realloc(c->seen, cap); memset(c->seen + c->seen_cap, 0, cap - c->seen_cap); c->seen_cap = cap;
  }
  if (c->seen[seq / 8] >> (seq % 8) & 1) { n.repeated++; return; }
  c->seen[seq / 8] |= 1 << (seq % 8);
  c->events++; n.events++;
  if (seq > c->max_seq) c->max_seq = seq;
}

static void on_latency(const char *from, const char *end) {
  while (from < end && (*from < '0' || *from > '9')) from++;
  uint64_t sent = strtoull(from, NULL, 10), now = now_ns(CLOCK_REALTIME), late = now > sent ? now - sent : 0;
  uint64_t bucket = late / 50000;
  if (bucket >= sizeof hist / sizeof *hist) bucket = sizeof hist / sizeof *hist - 1;
  hist[bucket]++; lat_sum += late; lat_n++;
}

static void on_open(conn *c) {
  if (c->state == OPEN) return;
  c->state = OPEN; inflight--; n.opened++; is_open_n++;
  if (c->lost_at) {
    if (recovered_n == recovered_cap) recovered = realloc(recovered, (recovered_cap = recovered_cap * 2 + 1024) * sizeof *recovered);
    recovered[recovered_n++] = (now_ns(CLOCK_MONOTONIC) - c->lost_at) / 1e6;
    c->lost_at = 0;
  }
  if (is_open_n == conns) { fprintf(stderr, first_ready ? "back\n" : "ready\n"); fflush(stderr); first_ready = 1; }
}

static void on_block(conn *c, const char *s, const char *e) {
  char name[40] = "";
  for (const char *line = s, *next; line < e; line = next) {
    const char *end = memchr(line, '\n', e - line); if (!end) end = e;
    next = end + 1;
    size_t len = end - line; if (len && line[len - 1] == '\r') len--;
    if (len > 4 && !memcmp(line, "id: ", 4) && len - 4 < ID_MAX) { memcpy(c->id, line + 4, len - 4); c->id[len - 4] = 0; }
    else if (len > 7 && !memcmp(line, "retry: ", 7)) c->retry_ms = atoi(line + 7);
    else if (len > 7 && !memcmp(line, "event: ", 7)) snprintf(name, sizeof name, "%.*s", (int)len - 7, line + 7);
  }
  if (!strncmp(name, "stream.", 7)) {
    n.controls++;
    if (!strcmp(name, "stream.open")) on_open(c);
    else if (!strcmp(name, "stream.gap")) n.gaps++;
    else if (!strcmp(name, "stream.position")) n.heartbeats++;
    else if (!strcmp(name, "stream.unavailable")) n.unavailable++;
    return;
  }
  const char *p = memmem(s, e - s, "\"seq\":", 6);
  if (!p) return;
  on_seq(c, strtoull(p + 6, NULL, 10));
  p = memmem(s, e - s, "ts_ns", 5);
  if (p) on_latency(p + 5, e);
}

static void take_text(conn *c, const char *s, size_t len) {
  if (c->tail_len + (int)len > c->tail_cap) c->tail = realloc(c->tail, c->tail_cap = (c->tail_len + len) * 2);
  memcpy(c->tail + c->tail_len, s, len); c->tail_len += len;
  char *from = c->tail, *end = c->tail + c->tail_len;
  while (1) {
    char *x = memmem(from, end - from, "\n\n", 2); int width = 2;
    char *y = memmem(from, (x ? x : end) - from, "\r\n\r\n", 4); // no further: a chunk may hold hundreds of blocks
    if (y) { x = y; width = 4; }
    if (!x) break;
    on_block(c, from, x); from = x + width;
  }
  c->tail_len = end - from; memmove(c->tail, from, c->tail_len);
  if (!c->tail_len && c->tail_cap > 4096) { free(c->tail); c->tail = NULL; c->tail_cap = 0; }
}

static void take_body(conn *c, const char *s, const char *e) {
  if (!c->chunked) { take_text(c, s, e - s); return; }
  while (s < e) {
    if (c->chunk_left > 0) {
      size_t part = e - s < c->chunk_left ? (size_t)(e - s) : (size_t)c->chunk_left;
      take_text(c, s, part); s += part; c->chunk_left -= part;
    } else if (*s == '\n') { if (c->size_line) { c->chunk_left = -c->chunk_left; c->size_line = 0; } s++; }
    else if (*s == '\r') s++;
    else { // a digit of the size, kept negative until its line ends
      int d = *s <= '9' ? *s - '0' : (*s | 32) - 'a' + 10;
      c->chunk_left = c->chunk_left * 16 - d; c->size_line = 1; s++;
    }
  }
}

// ------------------------------------------------------------------------------------------------------- connections

static void begin(conn *c) {
  int index = c - all, one = 1;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (c->fd < 0) { perror("socket"); exit(1); }
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (sources > 1) { // several addresses of the loopback network, past the ports one of them has
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000002u + index % sources)};
    setsockopt(c->fd, IPPROTO_IP, 24 /* IP_BIND_ADDRESS_NO_PORT */, &one, sizeof one);
    bind(c->fd, (void *)&from, sizeof from);
  }
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(ports[c->port % ports_n]), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (connect(c->fd, (void *)&to, sizeof to) && errno != EINPROGRESS) { perror("connect"); exit(1); }
  struct epoll_event e = {.events = EPOLLOUT, .data.ptr = c};
  epoll_ctl(epfd, EPOLL_CTL_ADD, c->fd, &e);
  c->state = CONNECTING; inflight++;
}

static void lose(conn *c) {
  close(c->fd);
  if (c->state == OPEN) { is_open_n--; n.closed++; c->lost_at = now_ns(CLOCK_MONOTONIC); } else { inflight--; n.refused++; }
  c->state = CLOSED; c->tail_len = c->in_body = c->size_line = 0; c->chunk_left = 0; c->port++;
  c->due_at = now_ns(CLOCK_MONOTONIC) + (uint64_t)c->retry_ms * 1000000;
}

static void send_request(conn *c) {
  char request[8192];
  int len = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept: text/event-stream\r\n%s", path, ports[c->port % ports_n], headers);
  if (*c->id && reconnect) len += snprintf(request + len, sizeof request - len, "Last-Event-ID: %s\r\n", c->id);
  len += snprintf(request + len, sizeof request - len, "\r\n");
  if (write(c->fd, request, len) != len) { lose(c); return; }
  struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
  epoll_ctl(epfd, EPOLL_CTL_MOD, c->fd, &e);
  c->state = HEADERS;
}

static void receive(conn *c) {
  static char buffer[1 << 18];
  ssize_t r = read(c->fd, buffer, sizeof buffer - 1);
  if (r < 0 && errno == EAGAIN) return;
  if (r <= 0) { lose(c); return; }
  n.bytes += r;
  char *s = buffer, *e = buffer + r;
  if (!c->in_body) {
    *e = 0;
    char *end = strstr(s, "\r\n\r\n"); // the servers measured send their headers in one piece
    if (!end || (memcmp(s, "HTTP/1.1 200", 12) && memcmp(s, "HTTP/1.0 200", 12))) { fprintf(stderr, "%.300s\n", s); exit(1); }
    *end = 0; c->chunked = strcasestr(s, "transfer-encoding: chunked") != NULL;
    c->in_body = 1;
    if (!strcasestr(s, "x-served-by: stream-edge")) on_open(c); // those of the edge are open when they are told so
    s = end + 4;
  }
  take_body(c, s, e);
}

static void cut_all(void) {
  for (int i = 0; i < conns; i++) if (all[i].state != CLOSED) { lose(&all[i]); all[i].lost_at = 0; }
  cut = 1; fprintf(stderr, "cut\n"); fflush(stderr);
}

static void come_back(void) {
  cut = 0; cut_back_at = now_ns(CLOCK_MONOTONIC);
  for (int i = 0; i < conns; i++) { all[i].due_at = 0; all[i].lost_at = cut_back_at; }
}

static void connect_due(void) {
  static int from;
  if (cut || is_open_n + inflight == conns || (first_ready && !reconnect)) return;
  uint64_t now = now_ns(CLOCK_MONOTONIC);
  for (int k = 0; k < conns && inflight < AT_ONCE; k++) {
    conn *c = &all[from = (from + 1) % conns];
    if (c->state == CLOSED && c->due_at <= now) begin(c);
  }
}

// ------------------------------------------------------------------------------------------------------------ result

static int by_value(const void *a, const void *b) { double x = *(double *)a, y = *(double *)b; return (x > y) - (x < y); }
static double latency(double q) {
  uint64_t want = q * lat_n, acc = 0;
  for (size_t i = 0; i < sizeof hist / sizeof *hist; i++) if ((acc += hist[i]) > want) return i * 0.05;
  return 0;
}
static double recovery(double q) { return recovered_n ? recovered[(size_t)(q * (recovered_n - 1))] : 0; }

static void mark(void) { memset(hist, 0, sizeof hist); lat_sum = lat_n = 0; memset(&n, 0, sizeof n); recovered_n = 0; }

static void report(double connect_s, double seconds) {
  uint64_t last = 0, missed = 0, distinct = 0;
  for (int i = 0; i < conns; i++) if (all[i].max_seq > last) last = all[i].max_seq;
  for (int i = 0; i < conns; i++) { missed += last - all[i].events; distinct += all[i].events; }
  qsort(recovered, recovered_n, sizeof *recovered, by_value);
  struct rusage ru; getrusage(RUSAGE_SELF, &ru);
  printf("{\"conns\":%d,\"open\":%d,\"connect_s\":%.2f,\"seconds\":%.2f,\"last_seq\":%lu,\"received\":%lu,\"events\":%lu,\"bytes\":%lu,"
         "\"missed\":%lu,\"repeated\":%lu,\"gaps\":%lu,\"heartbeats\":%lu,\"unavailable\":%lu,\"closed\":%lu,\"refused\":%lu,"
         "\"latency_ms\":{\"mean\":%.2f,\"p50\":%.2f,\"p90\":%.2f,\"p99\":%.2f,\"p999\":%.2f},"
         "\"recovered\":%zu,\"recovery_ms\":{\"p50\":%.0f,\"p99\":%.0f,\"max\":%.0f},\"client_cpu_s\":%.2f}\n",
         conns, is_open_n, connect_s, seconds, last, distinct, n.events, n.bytes, missed, n.repeated, n.gaps, n.heartbeats, n.unavailable,
         n.closed, n.refused, lat_n ? lat_sum / 1e6 / lat_n : 0, latency(.5), latency(.9), latency(.99), latency(.999),
         recovered_n, recovery(.5), recovery(.99), recovery(1),
         ru.ru_utime.tv_sec + ru.ru_utime.tv_usec / 1e6 + ru.ru_stime.tv_sec + ru.ru_stime.tv_usec / 1e6);
}

int main(int argc, char **argv) {
  for (int o; (o = getopt(argc, argv, "c:p:P:H:s:w:r")) != -1;) {
    if (o == 'c') conns = atoi(optarg);
    else if (o == 'p') path = optarg;
    else if (o == 'P') for (char *one = strtok(optarg, ","); one && ports_n < 16; one = strtok(NULL, ",")) ports[ports_n++] = atoi(one);
    else if (o == 'H') { strncat(headers, optarg, sizeof headers - strlen(headers) - 3); strcat(headers, "\r\n"); }
    else if (o == 's') sources = atoi(optarg);
    else if (o == 'w') rest_ms = atoi(optarg);
    else if (o == 'r') reconnect = 1;
    else return 2;
  }
  if (!ports_n) { fprintf(stderr, "-P port\n"); return 2; }
  struct rlimit limit; getrlimit(RLIMIT_NOFILE, &limit); limit.rlim_cur = limit.rlim_max; setrlimit(RLIMIT_NOFILE, &limit);
  signal(SIGPIPE, SIG_IGN);
  for (int i = 0; i < 4; i++) signal((int[]){SIGHUP, SIGUSR1, SIGUSR2, SIGTERM}[i], on_signal);
  all = calloc(conns, sizeof *all); epfd = epoll_create1(0);
  for (int i = 0; i < conns; i++) { all[i].port = i; all[i].retry_ms = 1000; }
  uint64_t t0 = now_ns(CLOCK_MONOTONIC), ready_at = 0;
  struct epoll_event events[1024];
  while (!asked_end) {
    if (asked_mark) { asked_mark = 0; mark(); }
    if (asked_cut) { asked_cut = 0; cut_all(); }
    if (asked_back) { asked_back = 0; come_back(); }
    connect_due();
    int k = epoll_wait(epfd, events, 1024, 20);
    for (int i = 0; i < k; i++) {
      conn *c = events[i].data.ptr;
      if (c->state == CONNECTING) {
        int error = 0; socklen_t size = sizeof error; getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) lose(c); else send_request(c);
      } else if (c->state != CLOSED) receive(c);
    }
    if (first_ready && !ready_at) ready_at = now_ns(CLOCK_MONOTONIC);
    if (ready_at && rest_ms) usleep(rest_ms * 1000);
  }
  report(ready_at ? (ready_at - t0) / 1e9 : -1, (now_ns(CLOCK_MONOTONIC) - (ready_at ? ready_at : t0)) / 1e9);
  return 0;
}
