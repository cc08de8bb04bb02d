/* The functions of the addon for those who read shards: none of them can change a file. */
#ifndef PROMSHARD_VIEWS_ADDON_H
#define PROMSHARD_VIEWS_ADDON_H

#include "../arguments.h"

/* view.c */
typedef struct {
  const char *address; /* NULL once closed */
  size_t length;       /* 0 once closed */
} View;
napi_value promshard_view_file(napi_env env, napi_callback_info info);
napi_value promshard_close_view(napi_env env, napi_callback_info info);
bool promshard_view(napi_env env, napi_value value, View **view); /* false: as of arguments.h */
/* pages.c: runs read, which owns nothing, up to its end or the first page that is gone. */
void promshard_read_pages(const View *view, void (*read)(const View *view, void *context), void *context);
/* values.c */
napi_value promshard_add_values(napi_env env, napi_callback_info info);

#endif
