// Every page of a listing, by the rules that Parameter Store needs: an empty page ends nothing,
// only an empty token does; a token that the service has forgotten starts the listing again.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <utility>

#include "base/error.h"
#include "runtime/task.h"

namespace ssmb::aws {

struct PagingLimits {
  int restarts = 3;  // of the whole listing, after a refused token
  int repeats = 5;   // pages in a row whose tokens had been there: the service turns in a circle
};

// Was a token refused because the service has forgotten it? Then the listing may start again.
inline bool is_forgotten_token(const Error& error) {
  return error.fault && (error.fault->code == "InvalidNextToken" ||
                         error.fault->code == "PaginationTokenExpiredException");
}

// Does a listing turn in a circle? Remembers the hashes of its last tokens.
class Circle {
 public:
  explicit Circle(int repeats) : repeats_(repeats) {}

  // True when as many tokens in a row have been there before.
  bool closes(const std::string& token) {
    constexpr std::size_t kRemembered = 1024;
    const std::size_t hash = std::hash<std::string>{}(token);
    const bool known = std::ranges::find(tokens_, hash) != tokens_.end();
    met_ = known ? met_ + 1 : 0;
    if (!known) tokens_.push_back(hash);
    if (tokens_.size() > kRemembered) tokens_.pop_front();
    return met_ >= repeats_;
  }

 private:
  int repeats_;
  int met_ = 0;
  std::deque<std::size_t> tokens_;
};

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
  Circle circle(limits.repeats);
  while (true) {
    auto page = co_await fetch(token);
    if (!page) {
      const bool again = !token.empty() && is_forgotten_token(page.error());
      if (!again || ++restarts > limits.restarts) co_return fail(std::move(page).error());
      token.clear();
      circle = Circle(limits.repeats);
      restarted();
      continue;
    }
    std::string next = page->next_token;
    auto taken = co_await take(*std::move(page));
    if (!taken) co_return fail(std::move(taken).error());
    if (next.empty() || !detail::wants_more(taken)) co_return Result<void>();
    if (circle.closes(next))
      co_return fail(
          ErrorKind::corrupt,
          fmt::format("the listing does not end: {} pages in a row gave tokens that had been "
                      "there before",
                      limits.repeats));
    token = std::move(next);
  }
}

}  // namespace ssmb::aws
