// Every page of a listing, by the rules that Parameter Store needs: an empty page ends nothing,
// only an empty token does; a token that the service has forgotten starts the listing again.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/error.h"
#include "runtime/task.h"

namespace ssmb::aws {

struct PagingLimits {
  int restarts = 3;  // of the whole listing, after a refused token
  int repeats = 5;   // of the same token in a row: the service turns in a circle
};

// Was a token refused because the service has forgotten it? Then the listing may start again.
inline bool is_forgotten_token(const Error& error) {
  return error.fault && (error.fault->code == "InvalidNextToken" ||
                         error.fault->code == "PaginationTokenExpiredException");
}

// What a page's taker may answer: that it has seen enough.
enum class More { no, yes };

namespace detail {

inline bool wants_more(const Result<void>&) { return true; }
inline bool wants_more(const Result<More>& taken) { return *taken == More::yes; }

}  // namespace detail

// Calls fetch(token), which returns ResultTask<Page>, first with "", then with each page's
// next_token, and hands every page to take(Page), which may wait for a consumer and returns
// ResultTask<void>, or ResultTask<More> if it may end the listing early; its error ends it, too.
// restarted() is called before a listing begins again: what was taken so far comes once more, and
// may have changed. fetch, take and restarted stay alive until this ends. Errors: those of fetch
// and take; corrupt for a circle.
template <class Fetch, class Take, class Restarted>
ResultTask<void> for_each_page(Fetch fetch, Take take, Restarted restarted,
                               PagingLimits limits = {}) {
  std::string token;
  int restarts = 0;
  int repeats = 0;
  while (true) {
    auto page = co_await fetch(token);
    if (!page) {
      const bool again = !token.empty() && is_forgotten_token(page.error());
      if (!again || ++restarts > limits.restarts) co_return fail(std::move(page).error());
      token.clear();
      repeats = 0;
      restarted();
      continue;
    }
    std::string next = page->next_token;
    auto taken = co_await take(*std::move(page));
    if (!taken) co_return fail(std::move(taken).error());
    if (next.empty() || !detail::wants_more(taken)) co_return Result<void>();
    repeats = next == token ? repeats + 1 : 0;
    if (repeats >= limits.repeats) {
      co_return fail(ErrorKind::corrupt,
                     fmt::format("the listing does not end: {} pages in a row gave the same token",
                                 repeats + 1));
    }
    token = std::move(next);
  }
}

}  // namespace ssmb::aws
