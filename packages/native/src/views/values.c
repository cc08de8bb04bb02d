/*
 * The sums that a reader of shards wants of their pages, without the keys between the values, which are five times as
 * large and which a system call would copy as well.
 *
 * Others store into the pages meanwhile: each value is loaded at once, in its eight aligned bytes, and never twice.
 */
#include "addon.h"

#include <string.h>

/* What the addition came to; src/native-addon.ts names them by their numbers. */
enum { ADDED, OTHER_FIRST_WORD, CHANGED, CUT_SHORT, OUT_OF_RANGE };

typedef struct {
  /* What the file has to be like. */
  bool has_first_word;
  int32_t first_word;
  const int32_t *places;
  size_t places_length;
  const int32_t *words;
  size_t words_length;
  /* What to add. */
  const int32_t *indexes;
  const int32_t *slots;
  size_t from;
  size_t to;
  bool has_timestamps;
  double removed;
  /* Where to. */
  double *sums;
  double *remainders;
  uint8_t *is_fed;
  size_t size;
  /* Volatile, because a page that is gone ends the function between any two loads. */
  volatile int outcome;
} Addition;

/* ADDED where the file is as it has to be. */
static int compare(const View *view, const Addition *it) {
  const size_t length = view->length / sizeof(int32_t);
  const int32_t *const file = (const int32_t *)(const void *)view->address;
  size_t i, word;
  if (length == 0) return OUT_OF_RANGE;
  if (it->has_first_word && __atomic_load_n(file, __ATOMIC_ACQUIRE) != it->first_word) return OTHER_FIRST_WORD;
  for (i = 0; i < it->places_length; i += 3) {
    /* Negative numbers become the largest ones. */
    const size_t in_file = (size_t)it->places[i];
    const size_t in_words = (size_t)it->places[i + 1];
    const size_t count = (size_t)it->places[i + 2];
    if (count == 0) break;
    if (count > length || in_file > length - count || count > it->words_length ||
        in_words > it->words_length - count) {
      return OUT_OF_RANGE;
    }
    for (word = 0; word < count; word++) {
      if (file[in_file + word] != it->words[in_words + word]) return CHANGED;
    }
  }
  return ADDED;
}

/* How many entries before its own a value is asked for. */
#define AHEAD 16

static const uint64_t *address_of(const View *view, size_t index) {
  return (const uint64_t *)(const void *)view->address + index;
}

static double load(const View *view, size_t index) {
  const uint64_t bits = __atomic_load_n(address_of(view, index), __ATOMIC_RELAXED);
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static int add(const View *view, const Addition *it) {
  const int32_t *const indexes = it->indexes, *const slots = it->slots;
  double *const sums = it->sums, *const remainders = it->remainders;
  uint8_t *const is_fed = it->is_fed;
  const size_t to = it->to, size = it->size, length = view->length / sizeof(double);
  const bool has_timestamps = it->has_timestamps;
  const double removed = it->removed;
  const size_t entry = has_timestamps ? 2 : 1;
  size_t i;
  for (i = it->from; i < to; i++) {
    const size_t index = (size_t)indexes[i];
    const size_t slot = (size_t)slots[i];
    double value, before, sum, added, lost;
    if (length < entry || index > length - entry || slot >= size) return OUT_OF_RANGE;
    /* A value comes from memory, not from a cache, and adding takes less time than that: so it is asked for in time. */
    if (to - i > AHEAD) __builtin_prefetch(address_of(view, indexes[i + AHEAD]));
    if (has_timestamps && load(view, index + 1) == removed) continue;
    value = load(view, index);
    /* Knuth's TwoSum (The Art of Computer Programming, volume 2, 4.2.2): sum and lost together are exact. */
    before = sums[slot];
    sum = before + value;
    added = sum - before;
    lost = before - (sum - added) + (value - added);
    sums[slot] = sum;
    remainders[slot] += lost;
    is_fed[slot] = 1;
  }
  return ADDED;
}

static void compare_and_add(const View *view, void *context) {
  Addition *it = context;
  const int comparison = compare(view, it);
  it->outcome = comparison == ADDED ? CUT_SHORT : comparison;
  if (comparison != ADDED) return;
  it->outcome = add(view, it);
}

static bool int32s(napi_env env, napi_value value, const char *name, const int32_t **data, size_t *length) {
  return promshard_array(env, value, name, napi_int32_array, (void **)data, length);
}

static bool doubles(napi_env env, napi_value value, const char *name, double **data, size_t *length) {
  return promshard_array(env, value, name, napi_float64_array, (void **)data, length);
}

/*
 * addValues(view, firstWord, places, words, indexes, slots, from, to, removed, sums, remainders, isFed): ADDED,
 * OTHER_FIRST_WORD, CHANGED or CUT_SHORT.
 */
napi_value promshard_add_values(napi_env env, napi_callback_info info) {
  napi_value arguments[12];
  size_t indexes, slots, sums, remainders, is_fed;
  uint32_t from, to;
  View *view;
  Addition it;
  if (!promshard_arguments(env, info, 12, arguments) || !promshard_view(env, arguments[0], &view) ||
      !int32s(env, arguments[2], "places", &it.places, &it.places_length) ||
      !int32s(env, arguments[3], "words", &it.words, &it.words_length) ||
      !int32s(env, arguments[4], "indexes", &it.indexes, &indexes) ||
      !int32s(env, arguments[5], "slots", &it.slots, &slots) ||
      !promshard_int32(env, arguments[6], "from", (int32_t *)&from) ||
      !promshard_int32(env, arguments[7], "to", (int32_t *)&to) ||
      !doubles(env, arguments[9], "sums", &it.sums, &sums) ||
      !doubles(env, arguments[10], "remainders", &it.remainders, &remainders) ||
      !promshard_array(env, arguments[11], "isFed", napi_uint8_array, (void **)&it.is_fed, &is_fed)) {
    return NULL;
  }
  it.has_first_word = napi_get_value_int32(env, arguments[1], &it.first_word) == napi_ok;
  it.has_timestamps = napi_get_value_double(env, arguments[8], &it.removed) == napi_ok;
  /* Negative numbers became the largest ones. */
  if (it.places_length % 3 != 0 || to > indexes || to > slots || remainders != sums || is_fed != sums) {
    promshard_throw_range(env, "expected three numbers for each place, indexes and slots up to the entry \"to\", "
                               "and as many sums as remainders and isFed");
    return NULL;
  }
  it.from = from;
  it.to = to;
  it.size = sums;
  it.outcome = CHANGED;
  promshard_read_pages(view, compare_and_add, &it);
  if (it.outcome == OUT_OF_RANGE) {
    promshard_throw_range(env, "a place, an index or a slot is outside of the view, of words or of sums");
    return NULL;
  }
  return promshard_number(env, it.outcome);
}
