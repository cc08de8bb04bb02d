/* The table of functions. Any number of threads may load it: what state is static (pages.c) has a lock. */
#include "addon.h"

NAPI_MODULE_INIT() {
  const napi_property_descriptor functions[] = {
      {"viewFile", NULL, promshard_view_file, NULL, NULL, NULL, napi_enumerable, NULL},
      {"closeView", NULL, promshard_close_view, NULL, NULL, NULL, napi_enumerable, NULL},
      {"addValues", NULL, promshard_add_values, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  return promshard_exports(env, exports, sizeof functions / sizeof functions[0], functions);
}
