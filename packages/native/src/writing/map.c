/*
 * Shared mappings as ArrayBuffers.
 *
 * A Mapping lives until its buffer's finaliser has run: at garbage collection, or when the thread's environment
 * ends. The pages may go earlier, by unmapFile, which first takes them away from JavaScript by detaching the
 * buffer. Everything here runs on the thread that made the mapping, so there is nothing to lock.
 *
 * V8 counts the whole reserve as external memory: process.memoryUsage().external shows it, and mapping 64 MiB
 * brings one garbage collection forward, once. Taking that back with napi_adjust_external_memory looks like
 * the remedy and is not: V8 subtracts the reserve itself when the buffer dies, before any finaliser runs, and
 * where that would make its sum negative, V8 of Node.js 24 and 26 aborts the process.
 */
#include "addon.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* What every supported Node.js takes as one ArrayBuffer; a shard's 32-bit length field ends here too. */
#define RESERVE_MAX ((int64_t)1 << 31)

typedef struct {
  void *address; /* NULL once unmapped */
  size_t length;
  int references; /* the finaliser's, and mapFile's own while it runs */
} Mapping;

/* Tells our buffers from any other object that some addon has wrapped. */
static const napi_type_tag MAPPING_TAG = {0x70726f6d73686172, 0x642d6d617070696e};

static void unmap(Mapping *mapping) {
  if (mapping->address == NULL) return;
  munmap(mapping->address, mapping->length);
  mapping->address = NULL;
}

static void release(Mapping *mapping) {
  mapping->references -= 1;
  if (mapping->references == 0) free(mapping);
}

static void finalise(napi_env env, void *data, void *hint) {
  Mapping *mapping = hint;
  (void)env;
  (void)data;
  unmap(mapping);
  release(mapping);
}

/* Wraps the pages in a buffer that knows its Mapping; NULL with an exception pending when that fails. */
static napi_value buffer_of(napi_env env, Mapping *mapping) {
  napi_value buffer = NULL;
  napi_status status;
  mapping->references = 2;
  status = napi_create_external_arraybuffer(env, mapping->address, mapping->length, finalise, mapping, &buffer);
  if (status == napi_ok) {
    status = napi_type_tag_object(env, buffer, &MAPPING_TAG);
    if (status == napi_ok) status = napi_wrap(env, buffer, mapping, NULL, NULL, NULL);
    if (status != napi_ok) napi_detach_arraybuffer(env, buffer);
  }
  if (status != napi_ok) {
    bool pending = false;
    buffer = NULL;
    unmap(mapping);
    if (napi_is_exception_pending(env, &pending) == napi_ok && !pending) {
      /* Runtimes with V8's memory sandbox (Electron) allow no buffer outside their own heap. */
      napi_throw_error(env, status == napi_no_external_buffers_allowed ? "ENOTSUP" : NULL,
                       "this runtime does not allow mapped memory as an ArrayBuffer");
    }
  }
  /* On failure a finaliser may still come for the struct, or never: then these few bytes are left behind. */
  release(mapping);
  return buffer;
}

/* mapFile(fd, reserveBytes): an ArrayBuffer over the whole reserve, or a negative errno. */
napi_value promshard_map_file(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  int64_t reserve;
  Mapping *mapping;
  int fd;
  if (!promshard_arguments(env, info, 2, arguments) || !promshard_fd(env, arguments[0], &fd) ||
      !promshard_bytes(env, arguments[1], "reserveBytes", 1, &reserve)) {
    return NULL;
  }
  if (reserve > RESERVE_MAX || reserve % sysconf(_SC_PAGESIZE) != 0) {
    promshard_throw_range(env, "reserveBytes: expected a multiple of the page size, at most 2147483648");
    return NULL;
  }
  mapping = malloc(sizeof *mapping);
  if (mapping == NULL) return promshard_number(env, -ENOMEM);
  mapping->length = (size_t)reserve;
  mapping->address = mmap(NULL, mapping->length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (mapping->address == MAP_FAILED) {
    int error = errno;
    free(mapping);
    return promshard_number(env, -error);
  }
  return buffer_of(env, mapping);
}

/* unmapFile(buffer): nothing is returned; a buffer that is already detached is left alone. */
napi_value promshard_unmap_file(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  bool is_buffer = false, ours = false, detached = false;
  void *wrapped = NULL;
  Mapping *mapping;
  if (!promshard_arguments(env, info, 1, arguments)) return NULL;
  if (napi_is_arraybuffer(env, arguments[0], &is_buffer) != napi_ok || !is_buffer ||
      napi_check_object_type_tag(env, arguments[0], &MAPPING_TAG, &ours) != napi_ok || !ours) {
    promshard_throw_type(env, "buffer: expected an ArrayBuffer that mapFile returned");
    return NULL;
  }
  /*
   * Detached: unmapped before, or handed on by ArrayBuffer.prototype.transfer, whose result now owns the pages.
   * The Mapping may be gone, so it is not looked at.
   */
  if (napi_is_detached_arraybuffer(env, arguments[0], &detached) != napi_ok || detached) return NULL;
  if (napi_unwrap(env, arguments[0], &wrapped) != napi_ok) return NULL;
  mapping = wrapped;
  /* JavaScript loses the pages first. If it cannot, they stay until the buffer is collected. */
  if (napi_detach_arraybuffer(env, arguments[0]) == napi_ok) unmap(mapping);
  return NULL;
}
