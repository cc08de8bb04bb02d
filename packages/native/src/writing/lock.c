/*
 * An exclusive flock(2). It belongs to the open file description, not to the process: the kernel drops it when
 * the last descriptor is closed, at whatever death, and two threads of one process exclude each other, which
 * fcntl(2) record locks would not do.
 */
#include "addon.h"

#include <errno.h>
#include <sys/file.h>

static int change_lock(int fd, int operation) {
  int failed;
  do {
    failed = flock(fd, operation);
  } while (failed == -1 && errno == EINTR);
  return failed == -1 ? errno : 0;
}

/* tryLock(fd): true, false when another description holds the lock, or a negative errno. */
napi_value promshard_try_lock(napi_env env, napi_callback_info info) {
  napi_value arguments[1], result = NULL;
  int fd, error;
  if (!promshard_arguments(env, info, 1, arguments) || !promshard_fd(env, arguments[0], &fd)) return NULL;
  error = change_lock(fd, LOCK_EX | LOCK_NB);
  if (error != 0 && error != EWOULDBLOCK) return promshard_number(env, -error);
  napi_get_boolean(env, error == 0, &result);
  return result;
}

/* unlock(fd): 0 (also when no lock was held), or a negative errno. */
napi_value promshard_unlock(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  int fd;
  if (!promshard_arguments(env, info, 1, arguments) || !promshard_fd(env, arguments[0], &fd)) return NULL;
  return promshard_number(env, -change_lock(fd, LOCK_UN));
}
