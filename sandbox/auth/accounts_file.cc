// The file of --auth: YAML (of which JSON is a part). Its format: sandbox/README.md.
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cctype>

#include "base/files.h"
#include "base/time.h"
#include "base/try.h"
#include "sandbox/auth/accounts.h"

namespace ssmb::sandbox {
namespace {

std::unexpected<Error> bad(const std::string& where, const std::string& what) {
  return fail(ErrorKind::configuration, where + ": " + what,
              "see \"Accounts\" in sandbox/README.md for the file's format");
}

Result<std::string> text_of(const YAML::Node& node, const std::string& name,
                            const std::string& where) {
  const YAML::Node value = node[name];
  if (!value) return bad(where, "'" + name + "' is missing");
  if (!value.IsScalar()) return bad(where, "'" + name + "' is not a text");
  return value.Scalar();
}

Result<std::string> optional_text(const YAML::Node& node, const std::string& name,
                                  const std::string& where) {
  if (!node[name] || node[name].IsNull()) return std::string();
  return text_of(node, name, where);
}

Result<std::vector<std::string>> texts_of(const YAML::Node& node, const std::string& name,
                                          const std::string& where) {
  std::vector<std::string> texts;
  const YAML::Node list = node[name];
  if (!list || list.IsNull()) return texts;
  if (!list.IsSequence()) return bad(where, "'" + name + "' is not a list");
  for (const YAML::Node& item : list) {
    if (!item.IsScalar()) return bad(where, "'" + name + "' holds something that is not a text");
    texts.push_back(item.Scalar());
  }
  return texts;
}

Result<std::vector<std::string>> one_or_more(const YAML::Node& node, const std::string& name,
                                             const std::string& where) {
  if (node[name] && node[name].IsScalar()) return std::vector<std::string>{node[name].Scalar()};
  return texts_of(node, name, where);
}

Result<void> only(const YAML::Node& node, const std::vector<std::string>& names,
                  const std::string& where) {
  if (!node.IsMap()) return bad(where, "is not a map");
  for (const auto& entry : node) {
    const std::string& name = entry.first.Scalar();
    if (std::ranges::find(names, name) == names.end()) return bad(where, "unknown '" + name + "'");
  }
  return {};
}

// Scalars become texts: a policy needs no others.
boost::json::value json_of(const YAML::Node& node) {
  if (node.IsMap()) {
    boost::json::object object;
    for (const auto& entry : node) object[entry.first.Scalar()] = json_of(entry.second);
    return object;
  }
  if (node.IsSequence()) {
    boost::json::array array;
    for (const YAML::Node& item : node) array.push_back(json_of(item));
    return array;
  }
  return boost::json::value(node.Scalar());
}

Result<void> add_policy(iam::Policies& policies, std::string_view text, const std::string& where) {
  auto policy = iam::Policy::parse(text, iam::PolicyKind::identity);
  if (!policy) return bad(where, policy.error());
  policies.push_back(*std::move(policy));
  return {};
}

// `policy`: a document, or a list of them; `policy_file`: a path, or a list. Neither: all is
// allowed.
Result<Rights> read_rights(const YAML::Node& node, const std::string& where) {
  const YAML::Node given = node["policy"];
  SSMB_TRY(files, one_or_more(node, "policy_file", where));
  if (!given && files.empty()) return Rights();
  auto policies = std::make_shared<iam::Policies>();
  if (given && !given.IsMap() && !given.IsSequence()) return bad(where, "'policy' is no document");
  const std::string place = where + ".policy";
  if (given && given.IsMap())
    SSMB_TRY_VOID(add_policy(*policies, boost::json::serialize(json_of(given)), place));
  if (given && given.IsSequence()) {
    for (const YAML::Node& each : given)
      SSMB_TRY_VOID(add_policy(*policies, boost::json::serialize(json_of(each)), place));
  }
  for (const std::string& path : files) {
    SSMB_TRY(text, read_file(path));
    SSMB_TRY_VOID(add_policy(*policies, text, where + ": " + path));
  }
  return Rights(std::move(policies));
}

Result<AccessKey> read_key(const YAML::Node& node, const AccountId& account,
                           const std::string& where) {
  SSMB_TRY_VOID(only(node,
                     {"access_key_id", "secret_access_key", "session_token", "expires", "user",
                      "arn", "policy", "policy_file"},
                     where));
  SSMB_TRY(id, text_of(node, "access_key_id", where));
  SSMB_TRY(secret, text_of(node, "secret_access_key", where));
  SSMB_TRY(token, optional_text(node, "session_token", where));
  SSMB_TRY(expires, optional_text(node, "expires", where));
  SSMB_TRY(user, optional_text(node, "user", where));
  SSMB_TRY(arn, optional_text(node, "arn", where));
  if (arn.empty())
    arn = "arn:aws:iam::" + account.str() + ":user/" + (user.empty() ? "sandbox" : user);
  AccessKey key{.id = id,
                .secret = SecretText(secret),
                .session_token = SecretText(token),
                .expires = std::nullopt,
                .account = account,
                .arn = Arn(arn),
                .user_id = "AIDA" + id};
  SSMB_TRY(rights, read_rights(node, where));
  key.rights = std::move(rights);
  if (!expires.empty()) {
    SSMB_TRY(time, parse_iso8601(expires));
    key.expires = time;
  }
  return key;
}

Result<Role> read_role(const YAML::Node& node, const AccountId& account, const std::string& where) {
  SSMB_TRY_VOID(
      only(node, {"name", "trusts", "external_id", "max_session_duration", "policy", "policy_file"},
           where));
  SSMB_TRY(name, text_of(node, "name", where));
  SSMB_TRY(trusts, texts_of(node, "trusts", where));
  SSMB_TRY(external_id, optional_text(node, "external_id", where));
  Role role{.arn = Arn("arn:aws:iam::" + account.str() + ":role/" + name),
            .account = account,
            .trusts = trusts,
            .external_id = external_id};
  if (const YAML::Node longest = node["max_session_duration"])
    role.longest = std::chrono::seconds{longest.as<int>()};
  SSMB_TRY(rights, read_rights(node, where));
  role.rights = std::move(rights);
  return role;
}

Result<Login> read_login(const YAML::Node& node, const std::string& where) {
  SSMB_TRY_VOID(only(node,
                     {"user", "access_token", "expires", "roles", "arn", "refresh_token",
                      "client_id", "client_secret"},
                     where));
  SSMB_TRY(user, text_of(node, "user", where));
  SSMB_TRY(access_token, optional_text(node, "access_token", where));
  SSMB_TRY(expires, optional_text(node, "expires", where));
  SSMB_TRY(roles, texts_of(node, "roles", where));
  SSMB_TRY(arn, optional_text(node, "arn", where));
  SSMB_TRY(refresh_token, optional_text(node, "refresh_token", where));
  SSMB_TRY(client_id, optional_text(node, "client_id", where));
  SSMB_TRY(client_secret, optional_text(node, "client_secret", where));
  Login login{.user = user,
              .access_token = SecretText(access_token),
              .expires = std::nullopt,
              .roles = roles,
              .arn = Arn(arn),
              .refresh_token = SecretText(refresh_token),
              .client_id = client_id,
              .client_secret = SecretText(client_secret)};
  if (expires.empty()) return login;
  SSMB_TRY(time, parse_iso8601(expires));
  login.expires = time;
  return login;
}

Result<KmsKey> read_kms_key(const YAML::Node& node, const AccountId& account,
                            const std::string& where) {
  SSMB_TRY_VOID(only(node, {"id", "region", "aliases", "denies"}, where));
  SSMB_TRY(id, text_of(node, "id", where));
  SSMB_TRY(region, optional_text(node, "region", where));
  SSMB_TRY(aliases, texts_of(node, "aliases", where));
  SSMB_TRY(denies, texts_of(node, "denies", where));
  return KmsKey{
      .id = id, .account = account, .region = Region(region), .aliases = aliases, .denies = denies};
}

bool is_account_id(std::string_view text) {
  return text.size() == 12 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

struct Entries {
  std::vector<AccessKey> keys;
  std::vector<Role> roles;
  std::vector<KmsKey> kms_keys;
  std::vector<Login> logins;
};

// Reads each item of node[name] with `read` into `out`.
template <class T, class Read>
Result<void> read_list(const YAML::Node& node, const std::string& name, const AccountId& account,
                       std::string where, Read read, std::vector<T>& out) {
  const YAML::Node list = node[name];
  if (!list || list.IsNull()) return {};
  where += "." + name;
  if (!list.IsSequence()) return bad(where, "is not a list");
  for (std::size_t i = 0; i < list.size(); ++i) {
    SSMB_TRY(item, read(list[i], account, where + "[" + std::to_string(i) + "]"));
    out.push_back(std::move(item));
  }
  return {};
}

Result<void> read_account(const YAML::Node& node, const std::string& where, Entries& entries) {
  SSMB_TRY_VOID(only(node, {"id", "keys", "roles", "kms_keys"}, where));
  SSMB_TRY(id, text_of(node, "id", where));
  if (!is_account_id(id)) return bad(where, "'id' is not twelve digits in quotes");
  const AccountId account(id);
  SSMB_TRY_VOID(read_list(node, "keys", account, where, read_key, entries.keys));
  SSMB_TRY_VOID(read_list(node, "roles", account, where, read_role, entries.roles));
  return read_list(node, "kms_keys", account, where, read_kms_key, entries.kms_keys);
}

Result<Entries> read_entries(const YAML::Node& root) {
  SSMB_TRY_VOID(only(root, {"accounts", "logins"}, "accounts file"));
  const YAML::Node list = root["accounts"];
  if (!list || !list.IsSequence()) return bad("accounts file", "'accounts' is not a list");
  Entries entries;
  for (std::size_t i = 0; i < list.size(); ++i) {
    SSMB_TRY_VOID(read_account(list[i], "accounts[" + std::to_string(i) + "]", entries));
  }
  const auto of_nobody = [](const YAML::Node& node, const AccountId&, const std::string& where) {
    return read_login(node, where);
  };
  SSMB_TRY_VOID(read_list(root, "logins", AccountId(), "accounts file", of_nobody, entries.logins));
  if (entries.keys.empty()) return bad("accounts file", "no account has a key: nobody could call");
  return entries;
}

}  // namespace

Result<Accounts> Accounts::parse(std::string_view text) {
  try {
    SSMB_TRY(entries, read_entries(YAML::Load(std::string(text))));
    Accounts accounts;
    accounts.verifies_ = true;
    for (AccessKey& key : entries.keys) {
      if (accounts.find_key(key.id)) return bad("accounts file", key.id + " is there twice");
      accounts.add_key(std::move(key));
    }
    accounts.roles_ = std::move(entries.roles);
    accounts.kms_keys_ = std::move(entries.kms_keys);
    accounts.logins_ = std::move(entries.logins);
    return accounts;
  } catch (const YAML::Exception& error) {
    // yaml-cpp's own text quotes nothing of the file but its line and column.
    return bad("accounts file", error.what());
  }
}

}  // namespace ssmb::sandbox
