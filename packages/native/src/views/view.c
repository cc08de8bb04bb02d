/*
 * Read-only mappings that JavaScript never touches: only this addon looks at their pages, and only within
 * promshard_read_pages, because the file is others' to shorten.
 *
 * A View lives until its object's finaliser has run; its pages may go earlier, by closeView. Everything runs on the
 * thread that made the view, so there is nothing to lock.
 */
#include "addon.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Tells our views from any other object that some addon has wrapped. */
static const napi_type_tag VIEW_TAG = {0x70726f6d73686172, 0x642d76696577202d};

static void close_view(View *view) {
  if (view->address == NULL) return;
  munmap((void *)view->address, view->length);
  view->address = NULL;
  view->length = 0;
}

static void finalise(napi_env env, void *data, void *hint) {
  View *view = data;
  (void)env;
  (void)hint;
  close_view(view);
  free(view);
}

bool promshard_view(napi_env env, napi_value value, View **view) {
  bool ours = false;
  if (napi_check_object_type_tag(env, value, &VIEW_TAG, &ours) == napi_ok && ours &&
      napi_unwrap(env, value, (void **)view) == napi_ok) {
    return true;
  }
  promshard_throw_type(env, "view: expected what viewFile returned");
  return false;
}

/* viewFile(fd, bytes): an object that stands for the pages, or a negative errno. */
napi_value promshard_view_file(napi_env env, napi_callback_info info) {
  napi_value arguments[2], object = NULL;
  int64_t bytes;
  View *view;
  int fd;
  if (!promshard_arguments(env, info, 2, arguments) || !promshard_fd(env, arguments[0], &fd) ||
      !promshard_bytes(env, arguments[1], "bytes", 1, &bytes)) {
    return NULL;
  }
  view = malloc(sizeof *view);
  if (view == NULL) return promshard_number(env, -ENOMEM);
  view->length = (size_t)bytes;
  view->address = mmap(NULL, view->length, PROT_READ, MAP_SHARED, fd, 0);
  if (view->address == MAP_FAILED) {
    int error = errno;
    free(view);
    return promshard_number(env, -error);
  }
  if (napi_create_object(env, &object) != napi_ok ||
      napi_wrap(env, object, view, finalise, NULL, NULL) != napi_ok) {
    close_view(view);
    free(view);
    return NULL;
  }
  /* The finaliser owns the view from here on. */
  if (napi_type_tag_object(env, object, &VIEW_TAG) != napi_ok) return NULL;
  return object;
}

/* closeView(view): nothing is returned; a view that is closed already is left alone. */
napi_value promshard_close_view(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  View *view;
  if (promshard_arguments(env, info, 1, arguments) && promshard_view(env, arguments[0], &view)) close_view(view);
  return NULL;
}
