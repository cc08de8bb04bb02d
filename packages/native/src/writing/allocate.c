/*
 * Gives a file real blocks before anybody maps them. A store into a hole of a mapped file asks for the block
 * then, and on a full disk the answer is SIGBUS; a store into an allocated block asks for nothing.
 */
#include "addon.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __APPLE__

/* macOS has no posix_fallocate. Blocks are reserved past the end of the file, then the size is set over them. */
static int allocate_blocks(int fd, off_t offset, off_t length) {
  struct stat status;
  off_t end = offset + length;
  if (fstat(fd, &status) == -1) return errno;
  if (end <= status.st_size) return 0;
  /* Counted from the physical end of the file; what a last block already has to spare is asked for again. */
  fstore_t store = {F_ALLOCATEALL, F_PEOFPOSMODE, 0, end - status.st_size, 0};
  if (fcntl(fd, F_PREALLOCATE, &store) == -1) return errno;
  return ftruncate(fd, end) == -1 ? errno : 0;
}

#else

static int allocate_blocks(int fd, off_t offset, off_t length) {
  int error;
  /* Returns the error instead of setting errno. A signal may interrupt it, and asking again is harmless. */
  do {
    error = posix_fallocate(fd, offset, length);
  } while (error == EINTR);
  return error;
}

#endif

/* allocate(fd, offset, length): 0, or a negative errno; the file then ends at offset + length or later. */
napi_value promshard_allocate(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  int64_t offset, length;
  int fd;
  if (!promshard_arguments(env, info, 3, arguments) || !promshard_fd(env, arguments[0], &fd) ||
      !promshard_bytes(env, arguments[1], "offset", 0, &offset) ||
      !promshard_bytes(env, arguments[2], "length", 1, &length)) {
    return NULL;
  }
  return promshard_number(env, -allocate_blocks(fd, (off_t)offset, (off_t)length));
}
