#include "aws/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/digest.h"
#include "base/text.h"
#include "base/try.h"

namespace ssmb::aws {
namespace {

// One call with its retries: everything that stays the same from try to try.
struct Call {
  Session& session;
  Operation operation;
  SigningStyle style;
  std::function<HttpRequest()> build;
  CallScope scope;
  Accept accept;
  Duration patience = {};                 // of the last try
  bool timed_out = false;                 // the last try, within its patience
  std::optional<SteadyTime> begun = {};   // the first try
  std::optional<Pulse::Wait> wait = {};   // for an answer,
  SteadyTime waits_since = {};            // since then
  Time signed_at = {};                    // of the last try
  std::optional<Time> service_time = {};  // of an answer that refuses that time
};

constexpr std::string_view kSilent =
    "does the Region answer from here? check the network, the firewall and the endpoint";

// Has the call waited in vain while nothing else was answered, either? At a deadline some call is
// always under way: that alone says nothing of the network.
bool is_waiting_in_silence(const Call& call) {
  constexpr Duration kLeast = std::chrono::milliseconds{500};
  const SteadyTime now = call.session.runtime.steady();
  const Duration waited = now - call.waits_since;
  const SteadyTime lately = now - std::max(waited / 2, kLeast);
  return waited >= kLeast &&
         !call.session.pulse.has_heard(call.operation.region, call.operation.service, lately);
}

// An error of the transport or the scope, with the operation it met.
Error unanswered(const Call& call, Error error) {
  const Operation& operation = call.operation;
  if (error.kind == ErrorKind::timeout && is_waiting_in_silence(call)) {
    error.next =
        error.next.empty() ? std::string(kSilent) : fmt::format("{}; or {}", kSilent, error.next);
  }
  error.fault = ServiceFault{.operation = operation.name,
                             .region = operation.region.str(),
                             .code = {},
                             .message = {},
                             .request_id = {},
                             .http_status = 0};
  return error;
}

// A try that ran into its own limit, while the scope still had time, may be made again; whether
// it took effect is unknown.
Error judge_timeout(Call& call, Error error) {
  const bool scope_lasts =
      call.session.runtime.steady() < call.scope.deadline && !call.scope.stop.stop_requested();
  call.timed_out = error.kind == ErrorKind::timeout && scope_lasts;
  if (call.timed_out) {
    error.kind = ErrorKind::transient;
    error.next = kSilent;
    error.what = fmt::format("no answer within {}", to_human(call.patience));
  }
  return error;
}

bool crc_fits(const HttpResponse& response) {
  const auto header = response.headers.find("x-amz-crc32");
  if (!header) return true;
  std::uint32_t expected = 0;
  const auto [stopped, error] = std::from_chars(header->begin(), header->end(), expected);
  return error == std::errc{} && stopped == header->end() &&
         expected == crc32(response.body.view());
}

// What a request carried that an answer may repeat, and an error must not.
struct Carried {
  std::shared_ptr<const Credentials> credentials;  // their token, in a header
  enum class Values { no, yes } values = Values::no;
};

// AWS repeats the headers of a request whose signature it refuses; a debugging proxy, all of it.
void conceal(Refusal& refusal, const HttpResponse& response, const Carried& carried) {
  const std::string_view token = carried.credentials->session_token.reveal();
  const std::string_view body = response.body.view();
  // JSON and XML may escape what stands in it; its beginning is plain letters.
  constexpr std::size_t kBeginning = 16;
  const bool sent = !token.empty();
  const bool repeats = sent && (body.contains(token) || refusal.message.contains(token));
  const bool echoes = sent && body.contains(token.substr(0, kBeginning));
  if (refusal.code.empty() && (echoes || carried.values == Carried::Values::yes)) {
    refusal.message = "(not quoted: it may repeat what was sent)";
  } else if (repeats) {
    refusal.message = replaced(std::move(refusal.message), token, "(session token)");
  }
}

Result<void> judge_answer(Call& call, const HttpResponse& response, const Carried& carried) {
  const Operation& operation = call.operation;
  if (response.status < 200 || response.status > 299) {
    const bool xml = operation.service == Service::s3 || operation.service == Service::sts ||
                     operation.service == Service::sns;
    Refusal refusal = xml ? parse_xml_refusal(response) : parse_json_refusal(response);
    conceal(refusal, response, carried);
    if (is_about_the_clock(refusal)) {
      if (const auto date = parse_http_date(response.headers.get("Date")))
        call.service_time = *date;
    }
    Error error = to_error(operation, response.status, refusal);
    const bool codeless = refusal.code.empty() && error.kind == ErrorKind::transient;
    if (codeless && operation.codeless == Operation::Codeless::final)
      error.kind = ErrorKind::invalid;
    return fail(std::move(error));
  }
  if (!crc_fits(response)) {
    Error error = malformed(operation, response, "it does not fit its x-amz-crc32");
    error.kind = ErrorKind::transient;
    return fail(std::move(error));
  }
  return call.accept ? call.accept(response) : Result<void>();
}

// Parts of a document go up and down; all else is a question and a short answer. What may have had
// its effect though no answer came is waited for as long.
Duration patience_for(const Call& call, const HttpRequest& request) {
  const Operation& operation = call.operation;
  const bool carries =
      !request.body.empty() || (request.method == "GET" && operation.name == "s3:GetObject");
  const bool longer =
      (operation.service == Service::s3 && carries) || operation.idempotency == Idempotency::unsafe;
  return longer ? call.session.attempt_timeout : call.session.short_attempt_timeout;
}

// How far the answer's clock is ahead. Its Date has whole seconds, and was written between the two.
std::optional<Duration> offset_of(const HttpResponse& response, Time sent, Time received) {
  const auto date = parse_http_date(response.headers.get("Date"));
  if (!date) return std::nullopt;
  const Time end = *date + std::chrono::seconds{1};
  if (*date > received) return *date - received;
  return end < sent ? end - sent : Duration{0};
}

// Sends the request, and keeps the session's pulse.
ResultTask<HttpResponse> send(Call& call, HttpRequest request) {
  Session& session = call.session;
  const Operation& operation = call.operation;
  const SteadyTime now = session.runtime.steady();
  call.timed_out = false;
  if (!call.begun) call.begun = now;
  if (!call.wait) {
    call.wait.emplace(session.pulse, operation.region, operation.name, now);
    call.waits_since = now;
  }
  call.patience = patience_for(call, request);
  const Time sent = session.runtime.now();
  auto response =
      co_await session.transport.send(std::move(request), call.scope.until(now + call.patience));
  if (!response) co_return response;
  if (const auto offset = offset_of(*response, sent, session.runtime.now()))
    session.clock_offset = offset;
  call.wait.reset();
  session.pulse.heard(operation.region, operation.service, session.runtime.steady());
  co_return response;
}

ResultTask<HttpResponse> try_once(Call& call) {
  Session& session = call.session;
  HttpRequest request = call.build();
  if (request.endpoint.host.empty()) {
    request.endpoint = session.endpoints.regional(call.operation.service, call.operation.region);
  }
  SSMB_CO_TRY(credentials, co_await session.credentials.get(call.scope));
  call.signed_at = session.runtime.now() + session.clock_skew;
  const SigningScope signing{.service = std::string(signing_name(call.operation.service)),
                             .region = call.operation.region,
                             .time = call.signed_at,
                             .style = call.style};
  SSMB_CO_TRY_VOID(co_await sign(request, *credentials, signing));
  // A request to S3 that has a body may be a document's part.
  const bool document = call.operation.service == Service::s3 && !request.body.empty();
  const Carried carried{.credentials = credentials,
                        .values = document ? Carried::Values::yes : Carried::Values::no};
  auto response = co_await send(call, std::move(request));
  if (!response) co_return fail(unanswered(call, judge_timeout(call, std::move(response).error())));
  SSMB_CO_TRY_VOID(judge_answer(call, *response, carried));
  co_return response;
}

// Was the last try refused because our clock is wrong? Then the next one is signed with AWS's time.
bool corrected(Call& call) {
  // A date header has seconds, and the answer was under way for some: less is no wrong clock.
  constexpr Duration kLeast = std::chrono::minutes{1};
  if (!call.service_time || std::chrono::abs(*call.service_time - call.signed_at) < kLeast)
    return false;
  Session& session = call.session;
  const Duration skew = *call.service_time - session.runtime.now();
  call.service_time.reset();
  if (std::chrono::abs(skew - session.clock_skew) < kLeast) return true;  // by another call
  session.clock_skew = skew;
  if (session.notice) {
    const bool behind = skew > Duration{0};
    session.notice(
        fmt::format("this machine's clock is {} {} AWS's: requests are signed with AWS's "
                    "time; set the clock (is NTP running?)",
                    to_human(behind ? skew : -skew), behind ? "behind" : "ahead of"));
  }
  return true;
}

ResultTask<HttpResponse> try_with_clock(Call& call) {
  auto response = co_await try_once(call);
  if (response || !corrected(call)) co_return response;
  co_return co_await try_once(call);
}

RateControl::Answer answer_of(const Result<HttpResponse>& response) {
  using enum RateControl::Answer;
  if (response) return taken;
  const Error& error = response.error();
  if (!error.fault || error.fault->http_status == 0) return lost;
  // Two writers of one parameter, not a quota.
  if (error.fault->code == "TooManyUpdates") return taken;
  return error.kind == ErrorKind::throttled ? throttled : taken;
}

// Waits for the turn; again and again where the quota throttles.
ResultTask<HttpResponse> try_in_turn(Call& call, RateLimiter& limiter) {
  std::optional<Error> throttle;
  for (int tries = 0;; ++tries) {
    auto sent = co_await limiter.acquire(call.scope);
    if (!sent && throttle)
      co_return fail(broken_off(std::move(sent).error(), *std::move(throttle), tries));
    if (!sent) co_return fail(std::move(sent).error().within(call.operation.name));
    auto response = co_await try_with_clock(call);
    const RateControl::Answer answer = answer_of(response);
    limiter.answered(*sent, answer);
    if (answer != RateControl::Answer::throttled) co_return response;
    throttle = std::move(response).error();
  }
}

// The first of several tries was in vain: the rest may take long, in silence. Throttles are counted
// elsewhere.
void tell_retried(const Call& call, const Error& error) {
  Session& session = call.session;
  const Operation& operation = call.operation;
  if (error.kind == ErrorKind::throttled || !session.notice) return;
  if (judge(error, operation.idempotency, 1, session.retry.policy) == Verdict::give_up) return;
  if (!check(session.runtime, call.scope)) return;
  const std::string service = operation.name.substr(0, operation.name.find(':'));
  if (!session.told_retried.insert(fmt::format("{} in {}", service, operation.region)).second)
    return;
  std::string answer;
  if (error.fault && error.fault->http_status != 0) {
    answer = fmt::format(" ({}{}{})", error.fault->http_status,
                         error.fault->code.empty() ? "" : " ", error.fault->code);
  }
  session.notice(fmt::format("{} in {}: {}{}; trying again, 2 of {}", operation.name,
                             operation.region, error.what, answer, session.retry.policy.attempts));
}

ResultTask<HttpResponse> try_and_tell(Call& call, RateLimiter* limiter, int tries) {
  auto response =
      limiter == nullptr ? co_await try_with_clock(call) : co_await try_in_turn(call, *limiter);
  if (!response && tries == 1) tell_retried(call, response.error());
  co_return response;
}

// Nothing that the service was asked there was answered in all that time: another question would
// wait as long.
bool is_silent(const Call& call, const Error& error) {
  const bool in_vain = error.kind == ErrorKind::transient && call.timed_out;
  return in_vain && call.begun && call.operation.idempotency == Idempotency::safe &&
         !call.session.pulse.has_heard(call.operation.region, call.operation.service, *call.begun);
}

}  // namespace

ResultTask<HttpResponse> call(Session& session, Operation operation, SigningStyle style,
                              std::function<HttpRequest()> build, CallScope scope, Accept accept) {
  const Idempotency idempotency = operation.idempotency;
  if (!is_region_name(operation.region)) {
    co_return fail(ErrorKind::configuration,
                   fmt::format("'{}' is not the name of a Region", operation.region));
  }
  if (auto ended = check(session.runtime, scope); !ended) {
    co_return fail(std::move(ended).error().within(operation.name));
  }
  RateLimiter* limiter =
      session.limits ? session.limits->find(operation.name, operation.region) : nullptr;
  Call state{session, std::move(operation), style, std::move(build), scope, std::move(accept)};
  auto attempt = [&state, limiter](int tries) { return try_and_tell(state, limiter, tries); };
  auto response =
      co_await with_retries(session.runtime, session.retry, idempotency, std::move(scope), attempt);
  if (!response && is_silent(state, response.error())) response.error().kind = ErrorKind::timeout;
  co_return response;
}

ResultTask<HttpResponse> call_json(Session& session, Operation operation, std::string target,
                                   SecretBytes body, CallScope scope) {
  const std::string name = operation.name.substr(operation.name.find(':') + 1);
  auto build = [shared = Body(std::move(body)), header = fmt::format("{}.{}", target, name)] {
    HttpRequest request;
    request.method = "POST";
    request.headers.add("Content-Type", "application/x-amz-json-1.1");
    request.headers.add("X-Amz-Target", header);
    request.body = shared;
    return request;
  };
  co_return co_await call(session, std::move(operation), SigningStyle::standard, std::move(build),
                          std::move(scope));
}

}  // namespace ssmb::aws
