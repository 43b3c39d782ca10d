#include "engine/doctor/permissions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "aws/denial.h"
#include "base/text.h"
#include "base/try.h"
#include "engine/doctor/tries.h"

namespace ssmb::engine::doctor {
namespace {

using aws::Service;

enum class Need { wanted, spared };  // spared: the work is done without it, if less well

struct Row {
  std::string_view action;
  Service service;
  unsigned purposes;
  Need need;
  std::string_view without;  // where it is spared: what a denial costs
  ResultTask<void> (Tries::*attempt)();
};

constexpr unsigned bit(Purpose purpose) { return 1U << static_cast<unsigned>(purpose); }
constexpr unsigned kBackup = bit(Purpose::backup);
constexpr unsigned kRestore = bit(Purpose::restore);
constexpr unsigned kLive = kBackup | kRestore;  // the parameters as they are
constexpr unsigned kLooking = kLive | bit(Purpose::drill);

// In the order in which they are tried: the listing finds what the others are tried on.
const std::vector<Row>& rows() {
  using enum Need;
  using enum Service;
  static const std::vector<Row> table{
      {"ssm:DescribeParameters", ssm, kLive, wanted, "", &Tries::list_parameters},
      {"tag:GetResources", tagging, kLive, spared, "tags are read one by one",
       &Tries::list_tags_of_all},
      {"ssm:GetServiceSetting", ssm, kLive, spared,
       "where the account's throughput is raised, that is not seen", &Tries::get_setting},
      {"ssm:GetParameters", ssm, kLive, wanted, "", &Tries::get_several},
      {"ssm:GetParameter", ssm, kLive, wanted, "", &Tries::get_one},
      {"ssm:GetParameterHistory", ssm, kLive, wanted, "", &Tries::get_history},
      {"ssm:ListTagsForResource", ssm, kLive, wanted, "", &Tries::get_tags},
      {"ssm:GetResourcePolicies", ssm, kBackup, spared, "to whom parameters are shared is not kept",
       &Tries::get_shares},
      {"ssm:PutParameter", ssm, kRestore, wanted, "", &Tries::put},
      {"ssm:AddTagsToResource", ssm, kRestore, wanted, "", &Tries::add_tags},
      {"ssm:RemoveTagsFromResource", ssm, kRestore, wanted, "", &Tries::remove_tags},
      {"ssm:LabelParameterVersion", ssm, kRestore, wanted, "", &Tries::label},
      {"ssm:UnlabelParameterVersion", ssm, kRestore, wanted, "", &Tries::unlabel},
      {"ssm:DeleteParameters", ssm, kRestore, spared, "only restore --delete-extra needs it",
       &Tries::remove},
      {"s3:ListBucket", s3, kLooking, wanted, "", &Tries::list_objects},
      {"s3:GetObject", s3, kLooking, wanted, "", &Tries::get_object},
      {"s3:PutObject", s3, kBackup, wanted, "", &Tries::put_object},
      {"s3:AbortMultipartUpload", s3, kBackup, wanted, "", &Tries::abort_upload},
  };
  return table;
}

bool engages(Purpose purpose, unsigned purposes) {
  return purpose == Purpose::all || (purposes & bit(purpose)) != 0;
}

std::string_view word_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::backup: return "backup";
    case Purpose::restore: return "restore";
    case Purpose::drill: return "drill";
    case Purpose::all: break;
  }
  return "all";
}

class Permissions {
 public:
  Permissions(RegionCase& at, const ObjectPlace* objects)
      : at_(at), objects_(objects), tries_(at, objects) {}

  ResultTask<Permitted> run() {
    for (const Row& row : rows()) {
      const bool nowhere = row.service == Service::s3 && objects_ == nullptr;
      if (nowhere || is_silent(row.service) || !is_for(row.purposes)) continue;
      const auto tried = co_await (tries_.*row.attempt)();
      if (!tried && tried.error().kind == ErrorKind::cancelled) co_return fail(tried.error());
      if (tried)
        allow(row);
      else
        refuse(row, tried.error());
    }
    tell_untried();
    const auto both = [this](const char* one, const char* other) {
      return allowed_.contains(one) && allowed_.contains(other);
    };
    co_return Permitted{.parameters = both("ssm:DescribeParameters", "ssm:GetParameter"),
                        .objects = both("s3:ListBucket", "s3:GetObject"),
                        .ssm_answers = !is_silent(Service::ssm)};
  }

 private:
  bool is_for(unsigned purposes) const { return engages(at_.options.purpose, purposes); }
  bool is_silent(Service service) const {
    return std::ranges::find(silent_, service) != silent_.end();
  }
  static std::string subject_of(std::string_view action) {
    return fmt::format("permission {}", action);
  }

  void allow(const Row& row) {
    allowed_.insert(row.action);
    failures_.erase(row.service);
    at_.findings.ok(subject_of(row.action), fmt::format("allowed on {}", tries_.tried_on()));
  }

  void refuse(const Row& row, const Error& error) {
    const std::string subject = subject_of(row.action);
    const std::string detail = fmt::format("on {}: {}", tries_.tried_on(), to_line(error));
    // Tried beside the scope, where a role that is kept to it has no right to be allowed.
    if (error.kind == ErrorKind::denied && tries_.is_beside_scope())
      return at_.findings.unknown(subject, "not tried: the scope has no name that nobody has");
    if (error.kind == ErrorKind::denied && row.need == Need::spared)
      return at_.findings.info(subject, fmt::format("{}; denied {}", row.without, detail),
                               error.next);
    if (error.kind == ErrorKind::not_found && !error.fault)
      return at_.findings.unknown(subject, "not tried: " + error.what);
    const bool failed = is_failure(error);
    const bool all = ends(row.service, error);
    if (all) silent_.push_back(row.service);
    const bool plain = error.kind == ErrorKind::denied || error.kind == ErrorKind::configuration;
    // A key that is not there, or is off, keeps the very upload from being made.
    const bool key = error.fault && error.fault->code.starts_with("KMS.");
    if (!failed && !all && !plain && !key && error.fault)
      return at_.findings.unknown(subject, "not found out " + detail, error.next);
    std::string next = error.next.empty() ? fmt::format("allow {}", row.action) : error.next;
    if (error.kind == ErrorKind::denied && error.fault && aws::may_be_allowed_by_iam(*error.fault))
      next += fmt::format("; `ssm-backup iam-policy {} --env {}` prints all that the role needs",
                          word_of(at_.options.purpose), at_.options.env);
    at_.findings.amiss(subject,
                       detail + (all ? "; nothing more is asked of that service here" : ""),
                       std::move(next));
  }

  // Would it not answer the others, either? Then the same is not said, nor waited for, again. One
  // failure may be that operation's alone.
  bool ends(Service service, const Error& error) {
    if (is_silence(error) || error.kind == ErrorKind::credentials) return true;
    return is_failure(error) && ++failures_[service] > 1;
  }

  // What only an object that is written would show.
  void tell_untried() const {
    if (!is_for(kBackup) || objects_ == nullptr || objects_->encryption.algorithm == "AES256")
      return;
    if (!allowed_.contains("s3:PutObject")) return;
    at_.findings.unknown("permission kms:GenerateDataKey",
                         fmt::format("not tried: only an object that is written into {} shows it",
                                     objects_->bucket.name),
                         "the next backup shows it");
  }

  RegionCase& at_;
  const ObjectPlace* objects_;
  Tries tries_;
  std::vector<Service> silent_;
  std::map<Service, int> failures_;     // since it last answered
  std::set<std::string_view> allowed_;  // actions
};

}  // namespace

ObjectKey ObjectPlace::key(std::string_view below) const {
  return ObjectKey(prefix.empty() ? std::string(below) : fmt::format("{}/{}", prefix, below));
}

void tell_untried(Purpose purpose, const Findings& findings) {
  if (engages(purpose, kRestore))
    findings.unknown("permission kms:Encrypt, kms:GenerateDataKey",
                     "not tried: only a SecureString that is written shows it",
                     "`ssm-backup drill --aws --under /drill/1` writes a sample, and removes it");
  if (purpose == Purpose::drill)
    findings.unknown("permission to drill --aws",
                     "not tried: below a scratch path lies nothing that it could be tried on",
                     "`ssm-backup drill --aws --under /drill/1 --sample 1` shows it");
}

ResultTask<Permitted> examine_permissions(RegionCase& at, const ObjectPlace* objects) {
  Permissions permissions(at, objects);
  co_return co_await permissions.run();
}

}  // namespace ssmb::engine::doctor
