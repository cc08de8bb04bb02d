/*
 * Reading the pages of a file that somebody may shorten at any moment. A load from a page that is gone is answered
 * by SIGBUS (mmap(2)), and by default that ends the process. Here it ends the loop that did the load.
 *
 * The handler stands only while such a loop runs, some microseconds; before and after, the process has whatever it
 * had. A SIGBUS that is not the loop's own goes to whoever was there before.
 */
#include "addon.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>

/* The disposition of a signal belongs to the process: one thread at a time may have changed it. */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static struct sigaction before;
static pthread_t reader;
static const char *first, *last;
static sigjmp_buf pages_gone;

static void on_sigbus(int signal, siginfo_t *info, void *context) {
  const char *address = info->si_addr;
  (void)context;
  /* Code above 0: the kernel's answer to what this thread just did (sigaction(2)). */
  if (info->si_code > 0 && pthread_equal(pthread_self(), reader) && address >= first && address <= last) {
    siglongjmp(pages_gone, 1);
  }
  sigaction(SIGBUS, &before, NULL);
  /* A load is done again on return, and answered again. What a process sent has to be sent again. */
  if (info->si_code <= 0) raise(signal);
}

void promshard_read_pages(const View *view, void (*read)(const View *view, void *context), void *context) {
  /*
   * SA_NODEFER: the handler is left by a jump, which would leave the signal blocked. SA_ONSTACK: as for every handler
   * in a process whose threads may have small stacks.
   */
  struct sigaction action = {.sa_sigaction = on_sigbus, .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  pthread_mutex_lock(&turn);
  reader = pthread_self();
  first = view->address;
  last = first + view->length - 1;
  sigaction(SIGBUS, &action, &before);
  if (sigsetjmp(pages_gone, 0) == 0) read(view, context);
  sigaction(SIGBUS, &before, NULL);
  pthread_mutex_unlock(&turn);
}
