/* The addon's table of functions. It holds no static state, so any number of threads may load it. */
#include "addon.h"

NAPI_MODULE_INIT() {
  const napi_property_descriptor functions[] = {
      {"mapFile", NULL, promshard_map_file, NULL, NULL, NULL, napi_enumerable, NULL},
      {"unmapFile", NULL, promshard_unmap_file, NULL, NULL, NULL, napi_enumerable, NULL},
      {"allocate", NULL, promshard_allocate, NULL, NULL, NULL, napi_enumerable, NULL},
      {"tryLock", NULL, promshard_try_lock, NULL, NULL, NULL, napi_enumerable, NULL},
      {"unlock", NULL, promshard_unlock, NULL, NULL, NULL, napi_enumerable, NULL},
      {"hasWriters", NULL, promshard_has_writers, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  return promshard_exports(env, exports, sizeof functions / sizeof functions[0], functions);
}
