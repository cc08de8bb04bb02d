/* Arguments from JavaScript are checked here, so that a wrong one is an exception and never a wild system call. */
#include "arguments.h"

#include <math.h>
#include <stdio.h>

/* Number.MAX_SAFE_INTEGER: past it a double no longer names one byte. */
#define SAFE_INTEGER_MAX 9007199254740991.0

void promshard_throw_type(napi_env env, const char *message) {
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message);
}

void promshard_throw_range(napi_env env, const char *message) {
  napi_throw_range_error(env, "ERR_OUT_OF_RANGE", message);
}

bool promshard_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values) {
  size_t given = count;
  /* Missing arguments arrive as undefined and fail their own check, which names them. */
  if (napi_get_cb_info(env, info, &given, values, NULL, NULL) == napi_ok) return true;
  napi_throw_error(env, NULL, "the arguments could not be read");
  return false;
}

static bool wrong(napi_env env, const char *name, const char *expected) {
  char message[96];
  snprintf(message, sizeof message, "%s: expected %s", name, expected);
  promshard_throw_type(env, message);
  return false;
}

static bool number(napi_env env, napi_value value, const char *name, double *result) {
  return napi_get_value_double(env, value, result) == napi_ok || wrong(env, name, "a number");
}

bool promshard_fd(napi_env env, napi_value value, int *fd) {
  double given;
  if (!number(env, value, "fd", &given)) return false;
  /* The comparison is false for NaN too. */
  if (!(given >= 0 && given <= INT32_MAX) || given != floor(given)) {
    promshard_throw_range(env, "fd: expected an open file descriptor, an integer from 0 to 2147483647");
    return false;
  }
  *fd = (int)given;
  return true;
}

bool promshard_bytes(napi_env env, napi_value value, const char *name, int64_t least, int64_t *bytes) {
  double given;
  char message[96];
  if (!number(env, value, name, &given)) return false;
  if (!(given >= (double)least && given <= SAFE_INTEGER_MAX) || given != floor(given)) {
    snprintf(message, sizeof message, "%s: expected a whole number of bytes, at least %d", name, (int)least);
    promshard_throw_range(env, message);
    return false;
  }
  *bytes = (int64_t)given;
  return true;
}

bool promshard_int32(napi_env env, napi_value value, const char *name, int32_t *result) {
  return napi_get_value_int32(env, value, result) == napi_ok || wrong(env, name, "a number");
}

bool promshard_array(napi_env env, napi_value value, const char *name, napi_typedarray_type type, void **data,
                     size_t *length) {
  napi_typedarray_type given;
  return (napi_get_typedarray_info(env, value, &given, length, data, NULL, NULL) == napi_ok && given == type) ||
         wrong(env, name, "a typed array of another kind");
}

napi_value promshard_exports(napi_env env, napi_value exports, size_t count, const napi_property_descriptor *functions) {
  return napi_define_properties(env, exports, count, functions) == napi_ok ? exports : NULL;
}

napi_value promshard_number(napi_env env, int32_t value) {
  napi_value result = NULL;
  napi_create_int32(env, value, &result);
  return result;
}
