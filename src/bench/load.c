/* The load generator of the benchmark: one measurement a run, target and client in one process, one line of JSON as its answer.
 *
 *   load MODE --to HOST:PORT --target PORT [--via none|socks5|connect|relay] [--warm S] [--time S] [--sid N,N] ...
 *
 * The target is a thread that serves 127.0.0.1:PORT for as long as the measurement takes; the client reaches it through what listens at --to.
 * What is counted is what has arrived. The CPU time is that of all processes of the sessions in --sid (the proxies), between the two
 * readings of the counter. README.md says what the modes are for.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PIECE = 128 * 1024, MAX_FD = 65536, BATCH = 64, HEAD = 4096 };

/* ------------------------------------------------------------------------------------------------ options */

static const char *o_to = "", *o_via = "none", *o_sid = "", *o_listen = "";
static int o_target = 0, o_streams = 1, o_size = 64, o_rate = 0, o_window = 32, o_delay = 100, o_mark = 0;
static double o_warm = 0.5, o_time = 1;
static bool o_down = false;

static void die(const char *format, ...) {
  va_list args;
  va_start(args, format);
  fputs("load: ", stderr);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
  va_end(args);
  exit(1);
}

static void options(int argc, char **argv) {
  for (int i = 2; i < argc; i++) {
    const char *key = argv[i];
    if (!strcmp(key, "--down")) { o_down = true; continue; }
    if (++i == argc) die("%s wants a value", key);
    const char *value = argv[i];
    if (!strcmp(key, "--to")) o_to = value;
    else if (!strcmp(key, "--via")) o_via = value;
    else if (!strcmp(key, "--sid")) o_sid = value;
    else if (!strcmp(key, "--listen")) o_listen = value;
    else if (!strcmp(key, "--target")) o_target = atoi(value);
    else if (!strcmp(key, "--streams")) o_streams = atoi(value);
    else if (!strcmp(key, "--size")) o_size = atoi(value);
    else if (!strcmp(key, "--rate")) o_rate = atoi(value);
    else if (!strcmp(key, "--window")) o_window = atoi(value);
    else if (!strcmp(key, "--delay")) o_delay = atoi(value);
    else if (!strcmp(key, "--mark")) o_mark = atoi(value);
    else if (!strcmp(key, "--warm")) o_warm = atof(value);
    else if (!strcmp(key, "--time")) o_time = atof(value);
    else die("unknown option %s", key);
  }
  if (o_size < 16 || o_size > 1400) die("--size %d (expected: 16 to 1400)", o_size);
  if (o_streams < 1 || o_streams > 20000) die("--streams %d (expected: 1 to 20000)", o_streams);
}

/* ------------------------------------------------------------------------------------------------ clock, CPU, memory */

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void pause_ns(uint64_t ns) {
  struct timespec t = {(time_t)(ns / 1000000000u), (long)(ns % 1000000000u)};
  while (nanosleep(&t, &t) && errno == EINTR) {}
}

static void pause_s(double s) { pause_ns((uint64_t)(s * 1e9)); }

static bool watched(long session) {
  for (const char *p = o_sid; *p;) {
    char *end;
    if (strtol(p, &end, 10) == session && end != p) return true;
    p = *end == ',' ? end + 1 : end;
    if (p == end && *p) return false;
  }
  return false;
}

struct usage { double cpu, rss, foreign; };

/* CPU seconds that the machine has spent on anything but the watched sessions and us. */
static double foreign(double watched_cpu) {
  unsigned long long user, nice, system, idle, wait, irq, soft;
  FILE *file = fopen("/proc/stat", "r");
  if (!file || fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &system, &idle, &wait, &irq, &soft) != 7) die("/proc/stat?");
  fclose(file);
  struct rusage own;
  getrusage(RUSAGE_SELF, &own);
  return (double)(user + nice + system + irq + soft) / (double)sysconf(_SC_CLK_TCK) - watched_cpu - (double)(own.ru_utime.tv_sec + own.ru_stime.tv_sec) -
         (double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec) / 1e6;
}

/* CPU seconds (children that have ended included) and resident KB of all processes of the watched sessions. */
static struct usage usage_now(void) {
  struct usage sum = {0, 0, 0};
  if (!*o_sid) return sum;
  DIR *proc = opendir("/proc");
  if (!proc) die("/proc: %s", strerror(errno));
  for (struct dirent *entry; (entry = readdir(proc));) {
    if (!isdigit((unsigned char)entry->d_name[0])) continue;
    char path[300], text[1024];
    snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
    FILE *file = fopen(path, "r");
    if (!file) continue;
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[n] = 0;
    char *after = strrchr(text, ')');
    long session, rss;
    unsigned long user, system;
    long child_user, child_system;
    if (!after || sscanf(after + 2, "%*c %*d %*d %ld %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld %*d %*d %*d %*d %*u %*u %ld",
                         &session, &user, &system, &child_user, &child_system, &rss) != 6 || !watched(session)) continue;
    sum.cpu += (double)(user + system + (unsigned long)child_user + (unsigned long)child_system) / (double)sysconf(_SC_CLK_TCK);
    sum.rss += (double)rss * (double)sysconf(_SC_PAGESIZE) / 1024;
  }
  closedir(proc);
  sum.foreign = foreign(sum.cpu);
  return sum;
}

/* ------------------------------------------------------------------------------------------------ sockets */

static struct sockaddr_storage to_address;
static socklen_t to_length;

static void resolve(const char *text) {
  char host[256];
  const char *colon = strrchr(text, ':');
  if (!colon || (size_t)(colon - text) >= sizeof host) die("address %s (expected: host:port)", text);
  size_t skip = text[0] == '[' ? 1 : 0;
  snprintf(host, sizeof host, "%.*s", (int)((size_t)(colon - text) - 2 * skip), text + skip);
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV}, *found;
  if (getaddrinfo(host, colon + 1, &hints, &found)) die("address %s (expected: numbers)", text);
  memcpy(&to_address, found->ai_addr, found->ai_addrlen);
  to_length = found->ai_addrlen;
  freeaddrinfo(found);
}

static void nodelay(int fd) {
  int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static int bound(int type, const char *host, int port) {
  int fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = inet_addr(host)};
  if (fd < 0) die("socket: %s", strerror(errno));
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, (struct sockaddr *)&address, sizeof address)) die("bind %s:%d: %s", host, port, strerror(errno));
  if (type == SOCK_STREAM && listen(fd, 4096)) die("listen: %s", strerror(errno));
  return fd;
}

static void watch(int poller, int fd, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  if (fd >= MAX_FD) die("more than %d descriptors", MAX_FD);
  if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event)) die("epoll_ctl: %s", strerror(errno));
}

/* ------------------------------------------------------------------------------------------------ the way in: proxy protocols */

struct step { unsigned char out[512]; size_t length; char answer; }; /* answer: which reply is awaited, 0 = none */
static struct step steps[3];
static int step_count = 0;

static struct step *next_step(char answer) {
  struct step *step = &steps[step_count++];
  step->answer = answer;
  return step;
}

static void preamble(void) {
  unsigned char port[2] = {(unsigned char)(o_target >> 8), (unsigned char)o_target};
  if (!strcmp(o_via, "none")) return;
  if (!strcmp(o_via, "socks5")) {
    struct step *greeting = next_step('g'), *request = next_step('s');
    memcpy(greeting->out, "\5\1\0", greeting->length = 3);
    memcpy(request->out, "\5\1\0\1\177\0\0\1", 8);
    memcpy(request->out + 8, port, 2);
    request->length = 10;
  } else if (!strcmp(o_via, "connect")) {
    struct step *request = next_step('h');
    request->length = (size_t)sprintf((char *)request->out, "CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", o_target, o_target);
  } else if (!strcmp(o_via, "relay")) {
    struct step *request = next_step('r');
    memcpy(request->out, "\1\1\0\12\2\0\7\1\177\0\0\1", 12);
    memcpy(request->out + 12, port, 2);
    request->length = 14;
  } else die("--via %s (expected: none, socks5, connect or relay)", o_via);
}

/* Length of the whole reply, 0 while it is incomplete, -1 when it is a refusal. */
static int reply(char kind, const unsigned char *b, int n) {
  int whole;
  switch (kind) {
    case 'g': return n < 2 ? 0 : b[0] == 5 && b[1] == 0 ? 2 : -1;
    case 's':
      if (n >= 2 && (b[0] != 5 || b[1] != 0)) return -1;
      if (n < 5) return 0;
      whole = 6 + (b[3] == 1 ? 4 : b[3] == 4 ? 16 : 1 + b[4]);
      return n < whole ? 0 : whole;
    case 'h': {
      const unsigned char *end = memmem(b, (size_t)n, "\r\n\r\n", 4);
      if (n >= 12 && memcmp(b + 8, " 200", 4)) return -1;
      return end ? (int)(end - b) + 4 : 0;
    }
    case 'r':
      if (n >= 2 && (b[0] != 1 || b[1] != 0)) return -1;
      whole = n < 4 ? 4 : 4 + (b[2] << 8 | b[3]);
      return n < whole ? 0 : whole;
    default: return -1;
  }
}

static bool ready(int fd, short events) {
  struct pollfd p = {fd, events, 0};
  return poll(&p, 1, 10000) == 1;
}

/* Connects and gets past the proxy's handshake, waiting up to 10 s for each step; -1 when that fails. */
static int reach(void) {
  int fd = socket(to_address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error = 0;
  socklen_t length = sizeof error;
  if (fd < 0) die("socket: %s", strerror(errno));
  if (connect(fd, (struct sockaddr *)&to_address, to_length) && errno != EINPROGRESS) goto failed;
  if (!ready(fd, POLLOUT) || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) || error) goto failed;
  nodelay(fd);
  for (int i = 0; i < step_count; i++) {
    unsigned char got[HEAD];
    int n = 0, whole;
    if (send(fd, steps[i].out, steps[i].length, MSG_NOSIGNAL) != (ssize_t)steps[i].length) goto failed;
    /* Byte by byte where the length is not known: what follows the reply belongs to the target. */
    while (!(whole = reply(steps[i].answer, got, n))) {
      if (n == HEAD || !ready(fd, POLLIN)) goto failed;
      ssize_t k = recv(fd, got + n, 1, 0);
      if (k <= 0) goto failed;
      n += (int)k;
    }
    if (whole < 0) goto failed;
  }
  return fd;
failed:
  close(fd);
  return -1;
}

/* ------------------------------------------------------------------------------------------------ the target */

enum role { SINK, SOURCE, ECHO, HTTP };
static enum role target_role;
static atomic_ullong target_bytes, target_connections;
static int target_fd;
static char piece[PIECE];

/* Sends up to 1 MiB; false when the connection is gone. */
static bool pour(int fd) {
  for (int i = 0; i < 8; i++) {
    ssize_t n = send(fd, piece, PIECE, MSG_NOSIGNAL);
    if (n < 0) return errno == EAGAIN;
    if (n < PIECE) return true;
  }
  return true;
}

/* Discards up to 8 MiB unread, since the kernel need not copy them; false when the connection is gone. */
static bool drain(int fd, atomic_ullong *count) {
  for (int i = 0; i < 8; i++) {
    ssize_t n = recv(fd, piece, 1024 * 1024, MSG_TRUNC);
    if (n < 0) return errno == EAGAIN;
    if (n == 0) return false;
    atomic_fetch_add_explicit(count, (unsigned long long)n, memory_order_relaxed);
  }
  return true;
}

static const char http_answer[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 128\r\n\r\n"
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static bool answer(int fd, unsigned char *matched) {
  char got[8192];
  ssize_t n = recv(fd, got, sizeof got, 0);
  if (n < 0) return errno == EAGAIN;
  if (n == 0) return false;
  if (target_role == ECHO) return send(fd, got, (size_t)n, MSG_NOSIGNAL) == n;
  for (ssize_t i = 0; i < n; i++) {
    *matched = got[i] == "\r\n\r\n"[*matched] ? *matched + 1 : got[i] == '\r';
    if (*matched < 4) continue;
    *matched = 0;
    if (send(fd, http_answer, sizeof http_answer - 1, MSG_NOSIGNAL) != (ssize_t)sizeof http_answer - 1) return false;
  }
  return true;
}

static void *serve(void *nothing) {
  static unsigned char matched[MAX_FD];
  int poller = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event events[256];
  watch(poller, target_fd, EPOLLIN);
  for (;;) {
    int n = epoll_wait(poller, events, 256, -1);
    for (int i = 0; i < n; i++) {
      int fd = events[i].data.fd;
      if (fd == target_fd) {
        int peer = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (peer < 0) continue;
        nodelay(peer);
        matched[peer] = 0;
        atomic_fetch_add(&target_connections, 1);
        watch(poller, peer, target_role == SOURCE ? EPOLLOUT : EPOLLIN);
        continue;
      }
      bool open = target_role == SINK ? drain(fd, &target_bytes) : target_role == SOURCE ? pour(fd) : answer(fd, &matched[fd]);
      if (!open) close(fd);
    }
  }
  return nothing;
}

static void thread(void *(*body)(void *)) {
  pthread_t id;
  if (pthread_create(&id, NULL, body, NULL)) die("no thread");
}

static void target(enum role role) {
  target_role = role;
  target_fd = bound(SOCK_STREAM, "127.0.0.1", o_target);
  thread(serve);
}

/* ------------------------------------------------------------------------------------------------ modes */

static int *fds;
static atomic_ullong client_bytes, client_errors, done_count;

static void reach_all(void) {
  fds = calloc((size_t)o_streams, sizeof *fds);
  for (int i = 0; i < o_streams; i++)
    if ((fds[i] = reach()) < 0) die("connection %d of %d through %s (%s) failed", i + 1, o_streams, o_to, o_via);
}

static void *bulk_client(void *nothing) {
  int poller = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event events[256];
  for (int i = 0; i < o_streams; i++) watch(poller, fds[i], o_down ? EPOLLIN : EPOLLOUT);
  for (;;) {
    int n = epoll_wait(poller, events, 256, -1);
    for (int i = 0; i < n; i++) {
      int fd = events[i].data.fd;
      if (o_down ? drain(fd, &client_bytes) : pour(fd)) continue;
      atomic_fetch_add(&client_errors, 1);
      epoll_ctl(poller, EPOLL_CTL_DEL, fd, NULL);
    }
  }
  return nothing;
}

/* Streams as fast as they go, in one direction. */
static void bulk(void) {
  target(o_down ? SOURCE : SINK);
  reach_all();
  thread(bulk_client);
  atomic_ullong *count = o_down ? &client_bytes : &target_bytes;
  pause_s(o_warm);
  struct usage before = usage_now();
  uint64_t start = now_ns();
  unsigned long long bytes = atomic_load(count);
  pause_s(o_time);
  bytes = atomic_load(count) - bytes;
  double seconds = (double)(now_ns() - start) / 1e9;
  struct usage after = usage_now();
  double cpu = after.cpu - before.cpu;
  printf("{\"gbit_s\": %.4f, \"cpu_s_gb\": %.4f, \"bytes\": %llu, \"errors\": %llu, \"foreign_cores\": %.2f}\n", (double)bytes * 8 / 1e9 / seconds,
         bytes ? cpu / ((double)bytes / 1e9) : 0, bytes, atomic_load(&client_errors), (after.foreign - before.foreign) / seconds);
}

/* One connection's exchange: [connect] handshake, request, response. */
struct exchange { int fd, step, got, need; bool connected; uint64_t since; unsigned char in[HEAD]; };
static struct exchange *of_fd[MAX_FD];
static enum { CONNECTIONS, PINGS, GETS } kind;
static unsigned char request[2048];
static int request_length;
static uint32_t *samples;
static size_t sample_count;
enum { MAX_SAMPLES = 8000000 };
static atomic_bool measuring;
static unsigned long long reconnects;

static void open_exchange(int poller, struct exchange *e) {
  e->fd = socket(to_address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (e->fd < 0) die("socket: %s", strerror(errno));
  e->step = e->got = 0;
  e->connected = false;
  e->since = now_ns();
  if (connect(e->fd, (struct sockaddr *)&to_address, to_length) && errno != EINPROGRESS) atomic_fetch_add(&client_errors, 1);
  of_fd[e->fd] = e;
  watch(poller, e->fd, EPOLLOUT);
}

static void ask(struct exchange *e) {
  const void *out = e->step < step_count ? steps[e->step].out : request;
  size_t length = e->step < step_count ? steps[e->step].length : (size_t)request_length;
  e->got = 0;
  if (e->step == step_count && kind != CONNECTIONS) e->since = now_ns();
  if (send(e->fd, out, length, MSG_NOSIGNAL) < 0 && errno != EPIPE && errno != ECONNRESET) die("send: %s", strerror(errno));
}

/* Whole length of an HTTP answer, 0 while it is incomplete, -1 when it is no 200. */
static int http_length(const unsigned char *b, int n) {
  const char *end = memmem(b, (size_t)n, "\r\n\r\n", 4);
  if (n >= 12 && memcmp(b + 8, " 200", 4)) return -1;
  if (!end) return 0;
  for (const char *line = (const char *)b; line < end; line = (const char *)memchr(line, '\n', (size_t)((const char *)b + n - line)) + 1)
    if (!strncasecmp(line, "content-length:", 15)) {
      int whole = (int)(end - (const char *)b) + 4 + atoi(line + 15);
      return n < whole ? 0 : whole;
    }
  const char *last = memmem(end, (size_t)((const char *)b + n - end), "\r\n0\r\n\r\n", 7);
  return last ? (int)(last - (const char *)b) + 7 : 0;
}

static void finished(int poller, struct exchange *e) {
  if (atomic_load(&measuring)) {
    atomic_fetch_add(&done_count, 1);
    if (sample_count < MAX_SAMPLES) samples[sample_count++] = (uint32_t)((now_ns() - e->since) / 100);
  }
  if (kind == CONNECTIONS) {
    close(e->fd);
    open_exchange(poller, e);
  } else ask(e);
}

static void advance(int poller, struct exchange *e) {
  if (!e->connected) {
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(e->fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error) goto again;
    e->connected = true;
    nodelay(e->fd);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = e->fd};
    epoll_ctl(poller, EPOLL_CTL_MOD, e->fd, &event);
    ask(e);
    return;
  }
  ssize_t n = recv(e->fd, e->in + e->got, (size_t)(HEAD - e->got), 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) {
    /* A proxy may close a kept connection between two requests; the price of it shows in the figure. */
    if (n == 0 && kind == GETS && e->step == step_count && e->got == 0) { reconnects++; close(e->fd); open_exchange(poller, e); return; }
    goto again;
  }
  e->got += (int)n;
  int whole = e->step < step_count ? reply(steps[e->step].answer, e->in, e->got)
              : kind == GETS ? http_length(e->in, e->got) : e->got < e->need ? 0 : e->need;
  if (whole < 0 || e->got == HEAD) goto again;
  if (whole == 0) return;
  if (e->step < step_count) { e->step++; ask(e); } else finished(poller, e);
  return;
again:
  if (atomic_fetch_add(&client_errors, 1) > 1000) die("more than 1000 connections through %s failed", o_to);
  close(e->fd);
  open_exchange(poller, e);
}

static void *exchange_client(void *nothing) {
  int poller = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event events[256];
  struct exchange *all = calloc((size_t)o_streams, sizeof *all);
  for (int i = 0; i < o_streams; i++) { all[i].need = request_length; open_exchange(poller, &all[i]); }
  for (;;) {
    int n = epoll_wait(poller, events, 256, -1);
    for (int i = 0; i < n; i++) advance(poller, of_fd[events[i].data.fd]);
  }
  return nothing;
}

static int by_size(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

/* Closed loops: each of --streams connections asks again as soon as it has its answer (or, for connections, begins anew). */
static void exchanges(void) {
  samples = malloc(MAX_SAMPLES * sizeof *samples);
  target(kind == GETS ? HTTP : ECHO);
  if (kind == GETS)
    request_length = sprintf((char *)request, "GET http://127.0.0.1:%d/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: load\r\nAccept: */*\r\n\r\n",
                             o_target, o_target);
  else memset(request, 'x', (size_t)(request_length = kind == CONNECTIONS ? 1 : o_size));
  thread(exchange_client);
  pause_s(o_warm);
  struct usage before = usage_now();
  uint64_t start = now_ns();
  atomic_store(&measuring, true);
  pause_s(o_time);
  atomic_store(&measuring, false);
  double seconds = (double)(now_ns() - start) / 1e9;
  struct usage after = usage_now();
  double cpu = after.cpu - before.cpu;
  unsigned long long count = atomic_load(&done_count);
  pause_s(0.02);
  qsort(samples, sample_count, sizeof *samples, by_size);
  printf("{\"per_s\": %.1f, \"cpu_us\": %.2f, \"p50_us\": %.1f, \"p99_us\": %.1f, \"errors\": %llu, \"reconnects\": %llu, \"target_connections\": %llu, \"foreign_cores\": %.2f}\n",
         (double)count / seconds, count ? cpu * 1e6 / (double)count : 0, sample_count ? samples[sample_count / 2] / 10.0 : 0,
         sample_count ? samples[sample_count * 99 / 100] / 10.0 : 0, atomic_load(&client_errors), reconnects, atomic_load(&target_connections),
         (after.foreign - before.foreign) / seconds);
}

/* ------------------------------------------------------------------------------------------------ datagrams */

static void *udp_echo(void *nothing) {
  static struct mmsghdr messages[BATCH];
  static struct iovec vectors[BATCH];
  static struct sockaddr_in peers[BATCH];
  static char data[BATCH][2048];
  for (;;) {
    for (int i = 0; i < BATCH; i++) {
      vectors[i] = (struct iovec){data[i], sizeof data[i]};
      messages[i].msg_hdr = (struct msghdr){.msg_name = &peers[i], .msg_namelen = sizeof peers[i], .msg_iov = &vectors[i], .msg_iovlen = 1};
    }
    int n = recvmmsg(target_fd, messages, BATCH, MSG_WAITFORONE, NULL);
    if (n < 0) continue;
    for (int i = 0; i < n; i++) vectors[i].iov_len = messages[i].msg_len;
    for (int sent = 0; sent < n;) {
      int k = sendmmsg(target_fd, messages + sent, (unsigned)(n - sent), 0);
      sent += k > 0 ? k : 1;
    }
  }
  return nothing;
}

static int udp_socket(void) {
  int fd = socket(to_address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0), size = 8 * 1024 * 1024;
  if (fd < 0 || connect(fd, (struct sockaddr *)&to_address, to_length)) die("udp %s: %s", o_to, strerror(errno));
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size)) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  return fd;
}

static void udp_send(int fd, int count) {
  struct mmsghdr messages[BATCH];
  struct iovec vector = {piece, (size_t)o_size};
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < BATCH; i++) messages[i].msg_hdr = (struct msghdr){.msg_iov = &vector, .msg_iovlen = 1};
  while (count > 0) {
    int n = sendmmsg(fd, messages, (unsigned)(count < BATCH ? count : BATCH), 0);
    if (n < 0 && errno != ECONNREFUSED && errno != ENOBUFS && errno != EAGAIN) die("sendmmsg: %s", strerror(errno));
    count -= n > 0 ? n : 1;
  }
}

static int udp_receive(int fd) {
  static char data[BATCH][2048];
  struct mmsghdr messages[BATCH];
  struct iovec vectors[BATCH];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < BATCH; i++) {
    vectors[i] = (struct iovec){data[i], sizeof data[i]};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
  }
  int n = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);
  return n > 0 ? n : 0;
}

static void *udp_count(void *nothing) {
  int poller = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event events[64];
  for (int i = 0; i < o_streams; i++) watch(poller, fds[i], EPOLLIN);
  for (;;) {
    int n = epoll_wait(poller, events, 64, -1);
    for (int i = 0; i < n; i++) atomic_fetch_add(&done_count, (unsigned)udp_receive(events[i].data.fd));
  }
  return nothing;
}

/* --rate: that many a second in steps of 0.25 ms; without: every flow keeps --window datagrams in flight, and 20 ms of silence mean they are lost. */
static void udp(void) {
  int size = 8 * 1024 * 1024;
  target_fd = bound(SOCK_DGRAM, "127.0.0.1", o_target);
  fcntl(target_fd, F_SETFL, 0); /* the echo thread waits in recvmmsg */
  if (setsockopt(target_fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size)) setsockopt(target_fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  thread(udp_echo);
  fds = calloc((size_t)o_streams, sizeof *fds);
  for (int i = 0; i < o_streams; i++) fds[i] = udp_socket();
  unsigned long long sent = 0, got = 0, lost = 0;
  struct usage before = {0, 0, 0};
  uint64_t start = now_ns(), from = start + (uint64_t)(o_warm * 1e9), until = from + (uint64_t)(o_time * 1e9);
  bool warm = false;
  if (o_rate) {
    thread(udp_count);
    double due = 0;
    int flow = 0;
    for (uint64_t t; (t = now_ns()) < until; pause_ns(250000)) {
      if (!warm && t >= from) {
        pause_s(0.3); /* so that nothing sent before the window is counted in it */
        t = now_ns();
        until = t + (uint64_t)(o_time * 1e9);
        warm = true;
        before = usage_now();
        sent = 0;
        start = t;
        due = 0;
        atomic_store(&done_count, 0);
      }
      due = (double)(t - start) / 1e9 * o_rate;
      for (; (double)sent < due; sent++) udp_send(fds[flow = (flow + 1) % o_streams], 1);
    }
    double seconds = (double)(now_ns() - start) / 1e9;
    pause_s(0.3);
    got = atomic_load(&done_count);
    lost = sent > got ? sent - got : 0;
    printf("{\"per_s\": %.1f, \"cpu_us\": %.2f, \"sent\": %llu, \"loss_pct\": %.4f, \"errors\": %d}\n", (double)got / seconds,
           got ? (usage_now().cpu - before.cpu) * 1e6 / (double)got : 0, sent, sent ? 100.0 * (double)lost / (double)sent : 0, got == 0);
    return;
  }
  int poller = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event events[64];
  int *in_flight = calloc(MAX_FD, sizeof *in_flight);
  uint64_t *heard = calloc(MAX_FD, sizeof *heard);
  for (int i = 0; i < o_streams; i++) watch(poller, fds[i], EPOLLIN);
  for (uint64_t t; (t = now_ns()) < until;) {
    if (!warm && t >= from) { warm = true; before = usage_now(); got = sent = lost = 0; start = now_ns(); }
    for (int i = 0; i < o_streams; i++) {
      int fd = fds[i];
      if (in_flight[fd] && t - heard[fd] < 20000000) continue;
      if (in_flight[fd]) lost += (unsigned)in_flight[fd];
      udp_send(fd, in_flight[fd] = o_window);
      heard[fd] = t;
    }
    int n = epoll_wait(poller, events, 64, 5);
    t = now_ns();
    for (int i = 0; i < n; i++) {
      int fd = events[i].data.fd, k = udp_receive(fd);
      if (!k) continue;
      got += (unsigned)k;
      heard[fd] = t;
      udp_send(fd, k);
    }
  }
  double seconds = (double)(now_ns() - start) / 1e9;
  printf("{\"per_s\": %.1f, \"cpu_us\": %.2f, \"lost\": %llu, \"errors\": %d}\n", (double)got / seconds,
         got ? (usage_now().cpu - before.cpu) * 1e6 / (double)got : 0, lost, got == 0);
}

/* ------------------------------------------------------------------------------------------------ idle pairs */

/* Memory of --streams open connections: when they are open, and after a KB was echoed on each. */
static void idle(void) {
  static char got[1024];
  struct usage before = usage_now();
  target(ECHO);
  reach_all();
  while (atomic_load(&target_connections) < (unsigned)o_streams) pause_s(0.01);
  pause_s(1);
  struct usage open = usage_now();
  for (int i = 0; i < o_streams; i++) {
    if (send(fds[i], piece, sizeof got, MSG_NOSIGNAL) != sizeof got) die("pair %d is gone", i);
    for (size_t n = 0; n < sizeof got;) {
      if (!ready(fds[i], POLLIN)) die("pair %d does not answer", i);
      ssize_t k = recv(fds[i], got, sizeof got - n, 0);
      if (k <= 0) die("pair %d has closed", i);
      n += (size_t)k;
    }
  }
  struct usage used = usage_now();
  printf("{\"kb_pair\": %.2f, \"kb_used_pair\": %.2f, \"rss_mb\": %.1f, \"errors\": 0}\n", (open.rss - before.rss) / o_streams,
         (used.rss - before.rss) / o_streams, before.rss / 1024);
}

/* ------------------------------------------------------------------------------------------------ the long link */

struct chunk { struct chunk *next; uint64_t due; size_t length, sent; char data[]; };
struct way { int in, out; bool ended, gone; struct chunk *first, *last; };
static struct way ways[512];

static void carry(struct way *way, double *tokens, uint64_t now) {
  while (!way->ended && *tokens >= 1500) {
    size_t most = *tokens < 65536 ? (size_t)*tokens : 65536;
    struct chunk *chunk = malloc(sizeof *chunk + most);
    ssize_t n = recv(way->in, chunk->data, most, 0);
    if (n < 0 && errno == EAGAIN) { free(chunk); break; }
    way->ended = n <= 0;
    *chunk = (struct chunk){.due = now + (uint64_t)o_delay * 1000000u, .length = n > 0 ? (size_t)n : 0};
    *tokens -= (double)chunk->length;
    if (way->last) way->last->next = chunk; else way->first = chunk;
    way->last = chunk;
  }
  for (struct chunk *chunk; (chunk = way->first) && chunk->due <= now;) {
    if (chunk->length == 0) shutdown(way->out, SHUT_WR);
    else {
      ssize_t n = send(way->out, chunk->data + chunk->sent, chunk->length - chunk->sent, MSG_NOSIGNAL);
      if (n < 0 && errno == EAGAIN) return;
      chunk->sent += n < 0 ? chunk->length - chunk->sent : (size_t)n;
      if (chunk->sent < chunk->length) return;
    }
    way->gone = chunk->length == 0;
    way->first = chunk->next;
    if (!way->first) way->last = NULL;
    free(chunk);
  }
}

/* A TCP relay that holds every byte for --delay ms in each direction, without limit, and lets --rate Mbit/s in. Runs until it is killed. */
static void link_forever(void) {
  char host[256];
  const char *colon = strrchr(o_listen, ':');
  if (!colon) die("--listen %s (expected: host:port)", o_listen);
  snprintf(host, sizeof host, "%.*s", (int)(colon - o_listen), o_listen);
  int listener = bound(SOCK_STREAM, host, atoi(colon + 1)), count = 0;
  double tokens[2] = {0, 0}, per_ns = (o_rate ? o_rate : 1000) / 8e3;
  prctl(PR_SET_TIMERSLACK, 1);
  for (uint64_t last = now_ns();; pause_ns(300000)) {
    uint64_t now = now_ns();
    for (int i = 0; i < 2; i++) {
      tokens[i] += (double)(now - last) * per_ns;
      if (tokens[i] > per_ns * 20e6) tokens[i] = per_ns * 20e6; /* at most 20 ms at once, when we were not scheduled */
    }
    last = now;
    for (int i = 0; i < count; i += 2) {
      carry(&ways[i], &tokens[0], now);
      carry(&ways[i + 1], &tokens[1], now);
      if (!ways[i].gone || !ways[i + 1].gone) continue;
      close(ways[i].in);
      close(ways[i].out);
      count -= 2;
      ways[i] = ways[count];
      ways[i + 1] = ways[count + 1];
    }
    int near = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (near < 0) continue;
    int far = socket(to_address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (o_mark && setsockopt(far, SOL_SOCKET, SO_MARK, &o_mark, sizeof o_mark)) die("SO_MARK: %s", strerror(errno));
    if (count == 512 || connect(far, (struct sockaddr *)&to_address, to_length)) { close(near); close(far); continue; }
    nodelay(near);
    nodelay(far);
    fcntl(far, F_SETFL, O_NONBLOCK);
    ways[count] = (struct way){.in = near, .out = far};
    ways[count + 1] = (struct way){.in = far, .out = near};
    count += 2;
  }
}

int main(int argc, char **argv) {
  if (argc < 2) die("bulk, connections, ping, get, udp, idle or link?");
  signal(SIGPIPE, SIG_IGN);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  options(argc, argv);
  resolve(o_to);
  preamble();
  if (!strcmp(argv[1], "bulk")) bulk();
  else if (!strcmp(argv[1], "connections")) { kind = CONNECTIONS; exchanges(); }
  else if (!strcmp(argv[1], "ping")) { kind = PINGS; exchanges(); }
  else if (!strcmp(argv[1], "get")) { kind = GETS; exchanges(); }
  else if (!strcmp(argv[1], "udp")) udp();
  else if (!strcmp(argv[1], "idle")) idle();
  else if (!strcmp(argv[1], "link")) link_forever();
  else die("mode %s (expected: bulk, connections, ping, get, udp, idle or link)", argv[1]);
  return 0;
}
