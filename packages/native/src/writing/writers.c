/*
 * Whether any process has a file open for writing, or mapped so: the one question about a file's writers that the
 * kernel answers whatever their PID namespace, user or program. A read lease (fcntl(2), F_SETLEASE) is granted
 * only while nobody has the file open for writing (i_writecount in check_conflicting_open, fs/locks.c); it is
 * given back at once. Network file systems grant none, unless they know of the openers on other machines.
 */
#include "addon.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>

/* 1, 0, or a negative errno; the descriptor must be open for reading only. */
static int has_writers(int fd) {
#ifdef F_SETLEASE
  /* Who opens the file for writing meanwhile waits until the lease is back, and the kernel says so by a signal: SIGURG,
   * which is ignored unless asked for, and not SIGIO, which would end the process. */
  if (fcntl(fd, F_SETSIG, SIGURG) == -1) return -errno;
  if (fcntl(fd, F_SETLEASE, F_RDLCK) == -1) return errno == EAGAIN ? 1 : -errno;
  /* EAGAIN where it was broken, and taken away already: somebody is opening the file. */
  if (fcntl(fd, F_SETLEASE, F_UNLCK) == -1) return errno == EAGAIN ? 1 : -errno;
  return 0;
#else
  (void)fd;
  return -ENOTSUP;
#endif
}

/* hasWriters(fd): true, false, or a negative errno. */
napi_value promshard_has_writers(napi_env env, napi_callback_info info) {
  napi_value arguments[1], result = NULL;
  int fd, found;
  if (!promshard_arguments(env, info, 1, arguments) || !promshard_fd(env, arguments[0], &fd)) return NULL;
  found = has_writers(fd);
  if (found < 0) return promshard_number(env, found);
  napi_get_boolean(env, found == 1, &result);
  return result;
}
