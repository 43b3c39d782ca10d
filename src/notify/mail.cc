#include "notify/mail.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/pretty_json.h"
#include "base/text.h"
#include "notify/text.h"

namespace ssmb::notify {
namespace {

constexpr std::string_view kEnd = "\r\n";
constexpr std::size_t kLineOfBase64 = 76;  // RFC 2045, 6.8

std::string base64_lines(std::string_view bytes) {
  const std::string text = to_base64(std::as_bytes(std::span(bytes.data(), bytes.size())));
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += kLineOfBase64)
    out += text.substr(at, kLineOfBase64) + std::string(kEnd);
  return out;
}

std::string listed(const std::vector<std::string>& addresses) { return join(addresses, ",\r\n "); }

std::string part(std::string_view headers, std::string_view content) {
  return fmt::format("{}Content-Transfer-Encoding: base64\r\n\r\n{}", headers,
                     base64_lines(content));
}

// RFC 5322, 3.3: "Thu, 26 Nov 2026 13:00:00 +0000".
std::string mail_date(Time now) {
  std::string date = to_http_date(now);
  date.replace(date.rfind("GMT"), 3, "+0000");
  return date;
}

// RFC 2047: what is not ASCII goes in words of base64 of at most 75 characters, each of whole
// characters, a line each. `before` stands on the first line.
std::string encoded(std::string_view text, std::size_t before) {
  if (std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7F; }))
    return std::string(text);
  constexpr std::string_view kBegin = "=?UTF-8?B?";
  constexpr std::string_view kClose = "?=";
  constexpr std::size_t kWord = 75;
  std::string out;
  std::string word;
  std::size_t room = (kWord - before - kBegin.size() - kClose.size()) / 4 * 3;
  const auto close = [&] {
    if (!out.empty()) out += "\r\n ";
    out += fmt::format("{}{}{}", kBegin,
                       to_base64(std::as_bytes(std::span(word.data(), word.size()))), kClose);
    word.clear();
    room = (kWord - kBegin.size() - kClose.size()) / 4 * 3;
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text, at);
    if (word.size() + length > room) close();
    word += text.substr(at, length);
    at += length;
  }
  close();
  return out;
}

}  // namespace

Result<void> check_address(std::string_view address) {
  const auto at = address.find('@');
  const bool fits = at != std::string_view::npos && at > 0 && at + 1 < address.size() &&
                    address.find('@', at + 1) == std::string_view::npos && address.size() <= 254 &&
                    std::ranges::all_of(address, [](char c) {
                      return c > ' ' && c < 0x7F && !std::string_view("<>()[],;:\\\"").contains(c);
                    });
  if (fits) return {};
  return fail(ErrorKind::configuration,
              fmt::format("'{}' is no mail address", printable(address, 80)),
              "write it as name@example.com");
}

Mail make_mail(const Notice& notice, const MailAddresses& addresses, Language language, Time now,
               std::uint64_t unique) {
  Mail mail{.from = addresses.from, .recipients = addresses.to, .message = {}};
  const std::string id = fmt::format("{:016x}", unique);
  const std::string boundary = "ssm-backup-" + id;
  const auto domain = addresses.from.substr(addresses.from.find('@') + 1);
  std::string& text = mail.message;
  const auto header = [&text](std::string_view name, std::string_view value) {
    text += fmt::format("{}: {}\r\n", name, value);
  };
  header("From", addresses.from);
  header("To", listed(addresses.to));
  const bool calls = notice.result != Notice::Result::success && !addresses.on_call.empty();
  if (calls) {
    header("Cc", listed(addresses.on_call));
    mail.recipients.insert(mail.recipients.end(), addresses.on_call.begin(),
                           addresses.on_call.end());
  }
  header("Subject", encoded(subject(notice), std::string_view("Subject: ").size()));
  header("Date", mail_date(now));
  header("Message-ID", fmt::format("<{}@{}>", boundary, domain));
  header("Auto-Submitted", "auto-generated");
  header("MIME-Version", "1.0");
  header("Content-Type", fmt::format("multipart/mixed; boundary=\"{}\"", boundary));
  text += fmt::format("\r\n--{}\r\n", boundary);
  text += part("Content-Type: text/plain; charset=utf-8\r\n",
               replaced(plain_text(notice, language), "\n", "\r\n"));
  if (!notice.summaries.empty()) {
    text += fmt::format("--{}\r\n", boundary);
    text += part(
        "Content-Type: application/json; charset=utf-8\r\n"
        "Content-Disposition: attachment; filename=\"region_summaries.json\"\r\n",
        pretty_json(notice.summaries) + "\n");
  }
  text += fmt::format("--{}--\r\n", boundary);
  return mail;
}

}  // namespace ssmb::notify
