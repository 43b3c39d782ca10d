#include "engine/doctor/keys.h"

#include <fmt/format.h>

#include <map>

#include "aws/ssm/client.h"
#include "base/text.h"
#include "base/try.h"
#include "base/units.h"

namespace ssmb::engine::doctor {
namespace {

// The listing is the slowest thing that SSM does: about a page a second, once its burst is spent.
constexpr int kPages = 40;

struct Users {
  ParameterName first;
  std::uint64_t count = 0;
};

struct Keys {
  std::map<KmsKeyId, Users> users;
  bool whole = false;  // the listing came to its end
};

ResultTask<Keys> find_keys(aws::ssm::Client ssm, const snapshot::Scope& names, CallScope scope) {
  Keys keys;
  std::string token;
  for (int page = 0; page < kPages && !keys.whole; ++page) {
    SSMB_CO_TRY(listed, co_await ssm.describe_parameters(
                            {{.key = "Type", .option = "Equals", .values = {"SecureString"}}},
                            token, scope));
    for (const aws::ssm::Metadata& parameter : listed.parameters) {
      if (!names.matches(parameter.name)) continue;
      Users& users = keys.users[parameter.key_id];
      if (users.count++ == 0) users.first = parameter.name;
    }
    token = listed.next_token;
    keys.whole = token.empty();
  }
  co_return keys;
}

}  // namespace

ResultTask<void> examine_keys(RegionCase& at) {
  aws::ssm::Client ssm(at.session, at.region);
  const auto found = co_await find_keys(ssm, at.names, at.scope);
  if (!found && found.error().kind == ErrorKind::cancelled) co_return fail(found.error());
  if (!found) {
    at.findings.amiss("keys", found.error(), "run it again");
    co_return Result<void>{};
  }
  for (const auto& [key, users] : found->users) {
    const std::string subject = fmt::format("key {}", printable(key.view(), 200));
    const auto read = co_await ssm.get_parameter(users.first.str(), at.scope);
    if (!read && read.error().kind == ErrorKind::cancelled) co_return fail(read.error());
    const bool vanished =
        !read && read.error().fault && read.error().fault->code == "ParameterNotFound";
    if (read)
      at.findings.ok(subject,
                     fmt::format("decrypts, for {}", counted(users.count, "SecureString")));
    else if (vanished)
      at.findings.unknown(subject, fmt::format("{} is gone since it was listed", users.first),
                          "run it again");
    else
      at.findings.amiss(
          subject,
          fmt::format("cannot decrypt {}, {} among them: {}", counted(users.count, "SecureString"),
                      printable(users.first.view(), 200), to_line(read.error())),
          fmt::format("{} (the key: {})", read.error().next, printable(key.view(), 200)));
  }
  if (!found->whole)
    at.findings.unknown("keys",
                        fmt::format("there may be more: only the first {} pages of SecureStrings "
                                    "were looked at",
                                    kPages),
                        "a backup names each parameter that it cannot read");
  co_return Result<void>{};
}

}  // namespace ssmb::engine::doctor
