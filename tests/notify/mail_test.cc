// A notice as a mail: its headers, its parts, its lines.

#include "notify/mail.h"

#include <gmock/gmock.h>

#include "base/encoding.h"
#include "base/text.h"
#include "notices.h"
#include "notify/text.h"
#include "tests/support/golden.h"

namespace ssmb::notify {
namespace {

using ssmb::testing::expect_golden;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// RFC 2047; a mail server that takes no SMTPUTF8 refuses the mail otherwise.
TEST(Mail, ASubjectThatIsNotAsciiIsEncoded) {
  Occasion of = occasion();
  of.build = "ビルド42ビルド42";
  of.env = Environment("環境環境環境環境環境環境");
  const Notice notice = notice_of(R"({"a": {"status": "SUCCESS"}})", of);
  const Mail mail = make_mail(notice, {.from = "a@example.com", .to = {"b@example.com"}},
                              Language::english, Time{}, 1);
  const std::size_t begin = mail.message.find("Subject: ") + 9;
  const std::string header = mail.message.substr(begin, mail.message.find("\r\nDate:") - begin);
  std::string decoded;
  for (const auto line : split(replaced(header, "\r\n", "\n"), '\n')) {
    const auto word = trim(line);
    EXPECT_LE(word.size(), 75U);
    ASSERT_TRUE(word.starts_with("=?UTF-8?B?") && word.ends_with("?=")) << word;
    const auto bytes = from_base64(word.substr(10, word.size() - 12));
    ASSERT_TRUE(bytes);
    const std::string& part = *bytes;
    EXPECT_EQ(printable(part, 1000), part) << "a character is torn apart";
    decoded += part;
  }
  EXPECT_EQ(decoded, subject(notice));
}

TEST(Mail, IsMimeWithTheSummariesAttached) {
  const MailAddresses addresses{.from = "ssm-backup@example.com",
                                .to = {"ops-alerts@example.com", "b@example.com"},
                                .on_call = {"oncall@example.com"}};
  const Time now = *parse_iso8601("2026-11-26T13:00:30Z");
  const Mail good = make_mail(success(), addresses, Language::english, now, 0xABCDEF);
  EXPECT_THAT(good.recipients, ElementsAre("ops-alerts@example.com", "b@example.com"));
  expect_golden("tests/golden/notices/success.eml", replaced(good.message, "\r\n", "\n"));
  const Mail bad = make_mail(incomplete(), addresses, Language::japanese, now, 0xABCDEF);
  EXPECT_THAT(bad.recipients,
              ElementsAre("ops-alerts@example.com", "b@example.com", "oncall@example.com"));
  EXPECT_THAT(bad.message, HasSubstr("\r\nCc: oncall@example.com\r\n"));
  EXPECT_THAT(bad.message, HasSubstr("\r\nSubject: [SSM Backup] [FAIL] dev #42\r\n"));
  for (const auto line : split(bad.message, '\n')) {
    EXPECT_TRUE(line.empty() || line.ends_with('\r')) << line;
    EXPECT_LE(line.size(), 78U);
  }
}

TEST(Mail, AnAddressIsOneAddress) {
  for (const char* good : {"a@b", "ops-alerts@example.com", "a.b+c@x.example.com"})
    EXPECT_TRUE(check_address(good)) << good;
  for (const char* bad :
       {"", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\r\nBcc: x@y", "<a@b>", "a@b,c@d", "a@b;c"})
    EXPECT_FALSE(check_address(bad)) << bad;
}

}  // namespace
}  // namespace ssmb::notify
