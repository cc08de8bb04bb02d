/*
 * What both addons share. One function of JavaScript is one napi_callback; each returns its result, or the negative
 * errno of the system call that failed (src/native-error.ts turns that into an Error), and throws a TypeError or
 * RangeError itself for arguments that no system call should see.
 */
#ifndef PROMSHARD_ARGUMENTS_H
#define PROMSHARD_ARGUMENTS_H

/* Node-API 8 (type tags, detaching) is in every Node.js that the package supports. */
#define NAPI_VERSION 8
#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each false means that an exception is pending and the caller returns NULL. */
bool promshard_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values);
bool promshard_fd(napi_env env, napi_value value, int *fd);
bool promshard_bytes(napi_env env, napi_value value, const char *name, int64_t least, int64_t *bytes);
bool promshard_int32(napi_env env, napi_value value, const char *name, int32_t *result);
bool promshard_array(napi_env env, napi_value value, const char *name, napi_typedarray_type type, void **data,
                     size_t *length);
void promshard_throw_type(napi_env env, const char *message);
void promshard_throw_range(napi_env env, const char *message);
napi_value promshard_exports(napi_env env, napi_value exports, size_t count, const napi_property_descriptor *functions);
napi_value promshard_number(napi_env env, int32_t value);

#endif
