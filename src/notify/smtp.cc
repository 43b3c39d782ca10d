#include "notify/smtp.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <thread>

#include "base/text.h"
#include "base/try.h"

namespace ssmb::notify {
namespace {

// Its name was misspelt at first.
#if LIBCURL_VERSION_NUM >= 0x080200
constexpr CURLoption kLetSomeFail = CURLOPT_MAIL_RCPT_ALLOWFAILS;
#else
constexpr CURLoption kLetSomeFail = CURLOPT_MAIL_RCPT_ALLLOWFAILS;
#endif

// libcurl copies the password: what it frees is wiped.
void* wiping_allocate(std::size_t size) { return std::malloc(size); }
void wiping_free(void* memory) {
  if (memory != nullptr) wipe(memory, malloc_usable_size(memory));
  std::free(memory);
}
void* wiping_reallocate(void* memory, std::size_t size) {
  void* const fresh = std::malloc(size);
  if (fresh == nullptr || memory == nullptr) return fresh;
  std::memcpy(fresh, memory, std::min(size, malloc_usable_size(memory)));
  wiping_free(memory);
  return fresh;
}
char* wiping_duplicate(const char* text) { return ::strdup(text); }
void* wiping_callocate(std::size_t count, std::size_t size) { return std::calloc(count, size); }

// The part of libcurl that is used.
struct Curl {
  decltype(&curl_global_init_mem) global_init_mem = nullptr;
  decltype(&curl_easy_init) easy_init = nullptr;
  decltype(&curl_easy_setopt) easy_setopt = nullptr;
  decltype(&curl_easy_perform) easy_perform = nullptr;
  decltype(&curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&curl_easy_strerror) easy_strerror = nullptr;
  decltype(&curl_slist_append) slist_append = nullptr;
  decltype(&curl_slist_free_all) slist_free_all = nullptr;
};

template <class Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

Result<Curl> load_curl() {
  void* const library = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  Curl curl;
  const bool whole = library != nullptr &&
                     find(library, "curl_global_init_mem", curl.global_init_mem) &&
                     find(library, "curl_easy_init", curl.easy_init) &&
                     find(library, "curl_easy_setopt", curl.easy_setopt) &&
                     find(library, "curl_easy_perform", curl.easy_perform) &&
                     find(library, "curl_easy_cleanup", curl.easy_cleanup) &&
                     find(library, "curl_easy_getinfo", curl.easy_getinfo) &&
                     find(library, "curl_easy_strerror", curl.easy_strerror) &&
                     find(library, "curl_slist_append", curl.slist_append) &&
                     find(library, "curl_slist_free_all", curl.slist_free_all);
  if (whole &&
      curl.global_init_mem(CURL_GLOBAL_DEFAULT, wiping_allocate, wiping_free, wiping_reallocate,
                           wiping_duplicate, wiping_callocate) == CURLE_OK)
    return curl;
  return fail(ErrorKind::configuration, "mail cannot be sent: libcurl.so.4 is not installed",
              "apt-get install libcurl4");
}

const Result<Curl>& curl() {
  static const Result<Curl> loaded = load_curl();
  return loaded;
}

// One mail on its way; the thread's alone while it runs.
struct Delivery {
  MailOrder order;
  CallScope scope;
  Runtime& runtime;
  std::size_t sent = 0;
  std::thread thread = {};
  // What the server is to answer. Only of MAIL, RCPT, DATA and the greeting it is quoted: to
  // authentication it may answer with what was sent.
  enum class Awaited { quotable, other } awaited = Awaited::quotable;
  std::string recipient = {};  // of RCPT
  std::string refused = {};    // the server's last words against it
  std::vector<Refusal> refusals = {};
};

void hear_command(Delivery& delivery, std::string_view line) {
  const bool quotable =
      line.starts_with("MAIL FROM:") || line.starts_with("RCPT TO:") || line.starts_with("DATA\r");
  delivery.awaited = quotable ? Delivery::Awaited::quotable : Delivery::Awaited::other;
  delivery.recipient.clear();
  if (line.starts_with("RCPT TO:<"))
    delivery.recipient = line.substr(line.find('<') + 1, line.find('>') - line.find('<') - 1);
}

void hear_answer(Delivery& delivery, std::string_view line) {
  constexpr std::size_t kLongest = 200;
  const bool bad = line.starts_with('4') || line.starts_with('5');
  if (!bad || delivery.awaited == Delivery::Awaited::other) return;
  delivery.refused = printable(trim(line), kLongest);
  if (delivery.recipient.empty()) return;
  delivery.refusals.push_back({.address = delivery.recipient, .words = delivery.refused});
  delivery.recipient.clear();  // an answer of more lines is one
}

// Sees the lines that go and come, passwords among them: those are looked at and left.
int overhear(CURL*, curl_infotype kind, char* text, std::size_t size, void* data) {
  auto& delivery = *static_cast<Delivery*>(data);
  if (kind == CURLINFO_HEADER_OUT) hear_command(delivery, {text, size});
  if (kind == CURLINFO_HEADER_IN) hear_answer(delivery, {text, size});
  return 0;
}

std::size_t read_mail(char* into, std::size_t size, std::size_t count, void* data) {
  auto& delivery = *static_cast<Delivery*>(data);
  const std::string& text = delivery.order.mail.message;
  const std::size_t taken = std::min(size * count, text.size() - delivery.sent);
  std::copy_n(text.data() + delivery.sent, taken, into);
  delivery.sent += taken;
  return taken;
}

// Asked about once a second: anything but 0 ends the transfer.
int watch(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& delivery = *static_cast<Delivery*>(data);
  const bool late = delivery.runtime.steady() >= delivery.scope.deadline;
  return late || delivery.scope.stop.stop_requested() ? 1 : 0;
}

ErrorKind kind_of(CURLcode code) {
  switch (code) {
    case CURLE_LOGIN_DENIED: return ErrorKind::denied;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT: return ErrorKind::unreachable;
    case CURLE_OPERATION_TIMEDOUT: return ErrorKind::timeout;
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_PEER_FAILED_VERIFICATION: return ErrorKind::configuration;
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_SEND_ERROR: return ErrorKind::transient;
    default: return ErrorKind::invalid;
  }
}

std::string next_step(CURLcode code, const MailSink& server) {
  switch (code) {
    case CURLE_LOGIN_DENIED: return "correct the user or the password of mail";
    case CURLE_USE_SSL_FAILED:
      return "the server offers no STARTTLS: security: tls for port 465, or another server";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "name the authority's certificate in AWS_CA_BUNDLE or SSL_CERT_FILE";
    default: return fmt::format("see whether {}:{} takes mail", server.host, server.port);
  }
}

// Time that is over, or a signal.
Error broken_off(const Delivery& delivery) {
  const MailSink& server = delivery.order.server;
  Error error = scope_ended(delivery.scope).within(fmt::format("{}:{}", server.host, server.port));
  if (delivery.sent != 0) error.what += "; it may have arrived";
  error.next = "look there; where it is not, tell people by hand";
  return error;
}

Error error_of(const Curl& api, CURLcode code, long answer, const Delivery& delivery) {
  const MailSink& server = delivery.order.server;
  if (code == CURLE_ABORTED_BY_CALLBACK) return broken_off(delivery);
  std::string what = fmt::format("{}:{}: {}", server.host, server.port, api.easy_strerror(code));
  if (!delivery.refused.empty())
    what += fmt::format(" (the server said: {})", delivery.refused);
  else if (answer != 0)
    what += fmt::format(" (the server answered {})", answer);
  constexpr long kForGood = 500;
  const ErrorKind kind = kind_of(code);
  const bool refused = kind == ErrorKind::transient && answer >= kForGood;
  return {.kind = refused ? ErrorKind::invalid : kind,
          .what = std::move(what),
          .fault = std::nullopt,
          .next = next_step(code, server)};
}

class Handle {
 public:
  explicit Handle(const Curl& api) : api_(api), handle_(api.easy_init()) {}
  ~Handle() {
    if (recipients_ != nullptr) api_.slist_free_all(recipients_);
    if (handle_ != nullptr) api_.easy_cleanup(handle_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  Result<std::vector<Refusal>> deliver(Delivery& delivery);

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    if (failed_ == CURLE_OK) failed_ = api_.easy_setopt(handle_, option, value);
  }
  void set_server(const MailOrder& order);
  void set_mail(Delivery& delivery);

  const Curl& api_;
  CURL* handle_;
  curl_slist* recipients_ = nullptr;
  CURLcode failed_ = CURLE_OK;
};

void Handle::set_server(const MailOrder& order) {
  using enum MailSink::Security;
  const MailSink& server = order.server;
  const std::string host =
      server.host.contains(':') ? fmt::format("[{}]", server.host) : server.host;
  const std::string url =
      fmt::format("{}://{}:{}", server.security == tls ? "smtps" : "smtp", host, server.port);
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_USE_SSL,
      static_cast<long>(server.security == starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  if (!order.ca_bundle.empty()) set(CURLOPT_CAINFO, order.ca_bundle.c_str());
  if (order.password.empty()) return;
  set(CURLOPT_USERNAME, server.user.c_str());
  SecretBytes password(order.password.reveal());
  password.push_back('\0');
  set(CURLOPT_PASSWORD, password.data());
}

void Handle::set_mail(Delivery& delivery) {
  const Mail& mail = delivery.order.mail;
  for (const std::string& recipient : mail.recipients) {
    curl_slist* const longer = api_.slist_append(recipients_, recipient.c_str());
    if (longer == nullptr) {
      failed_ = CURLE_OUT_OF_MEMORY;
      return;
    }
    recipients_ = longer;
  }
  set(CURLOPT_MAIL_FROM, mail.from.c_str());
  set(CURLOPT_MAIL_RCPT, recipients_);
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_READFUNCTION, read_mail);
  set(CURLOPT_READDATA, &delivery);
  set(CURLOPT_XFERINFOFUNCTION, watch);
  set(CURLOPT_XFERINFODATA, &delivery);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_VERBOSE, 1L);  // to overhear(), and nowhere else
  set(CURLOPT_DEBUGFUNCTION, overhear);
  set(CURLOPT_DEBUGDATA, &delivery);
  // A library that does not know it (before 7.69) lets one that is refused end it for all.
  api_.easy_setopt(handle_, kLetSomeFail, 1L);
  // To the greeting, which a server under load, or one that distrusts us, keeps back for long.
  constexpr long kUnlimited = 300'000;
  const auto left = std::chrono::round<std::chrono::milliseconds>(delivery.scope.deadline -
                                                                  delivery.runtime.steady());
  const bool limited = delivery.scope.deadline != SteadyTime::max() && left.count() < kUnlimited;
  set(CURLOPT_CONNECTTIMEOUT_MS,
      limited ? std::max(static_cast<long>(left.count()), 1L) : kUnlimited);
}

Result<std::vector<Refusal>> Handle::deliver(Delivery& delivery) {
  if (handle_ == nullptr) return fail(ErrorKind::internal, "libcurl gave no handle");
  set_server(delivery.order);
  set_mail(delivery);
  const CURLcode code = failed_ == CURLE_OK ? api_.easy_perform(handle_) : failed_;
  if (code == CURLE_OK) return std::move(delivery.refusals);
  long answer = 0;
  api_.easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &answer);
  return fail(error_of(api_, code, answer, delivery));
}

ResultTask<std::vector<Refusal>> send(Runtime& runtime, MailOrder order, CallScope scope) {
  SSMB_CO_TRY_VOID(check(runtime, scope));
  const Result<Curl>& api = curl();
  if (!api) co_return fail(api.error());
  const auto delivery = std::make_shared<Delivery>(
      Delivery{.order = std::move(order), .scope = std::move(scope), .runtime = runtime});
  using Outcome = Result<std::vector<Refusal>>;
  auto begin = [&api, delivery](Resume<Outcome> resume) {
    delivery->thread = std::thread([&api, delivery, resume = std::move(resume)] {
      Outcome done = Handle(*api).deliver(*delivery);
      wipe_leftovers();
      resume(std::move(done));
    });
  };
  auto done = co_await suspend<Outcome>(begin);
  delivery->thread.join();
  co_return done;
}

}  // namespace

MailSender smtp_sender(Runtime& runtime) {
  return [&runtime](MailOrder order, CallScope scope) {
    return send(runtime, std::move(order), std::move(scope));
  };
}

}  // namespace ssmb::notify
