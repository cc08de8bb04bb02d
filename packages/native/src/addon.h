/*
 * What the addon's files share. One function of JavaScript is one napi_callback; each returns its result, or
 * the negative errno of the system call that failed (src/native-error.ts turns that into an Error), and
 * throws a TypeError or RangeError itself for arguments that no system call should see.
 */
#ifndef PROMSHARD_ADDON_H
#define PROMSHARD_ADDON_H

/* Node-API 8 (type tags, detaching) is in every Node.js that the package supports. */
#define NAPI_VERSION 8
#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* map.c */
napi_value promshard_map_file(napi_env env, napi_callback_info info);
napi_value promshard_unmap_file(napi_env env, napi_callback_info info);
/* allocate.c */
napi_value promshard_allocate(napi_env env, napi_callback_info info);
/* lock.c */
napi_value promshard_try_lock(napi_env env, napi_callback_info info);
napi_value promshard_unlock(napi_env env, napi_callback_info info);
/* writers.c */
napi_value promshard_has_writers(napi_env env, napi_callback_info info);

/* arguments.c: each false means that an exception is pending and the caller returns NULL. */
bool promshard_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values);
bool promshard_fd(napi_env env, napi_value value, int *fd);
bool promshard_bytes(napi_env env, napi_value value, const char *name, int64_t least, int64_t *bytes);
void promshard_throw_type(napi_env env, const char *message);
void promshard_throw_range(napi_env env, const char *message);
napi_value promshard_number(napi_env env, int32_t value);

#endif
