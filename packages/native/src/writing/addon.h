/* The functions of the addon for those who write shards, fold them and tell who lives. */
#ifndef PROMSHARD_WRITING_ADDON_H
#define PROMSHARD_WRITING_ADDON_H

#include "../arguments.h"

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

#endif
