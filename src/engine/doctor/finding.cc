#include "engine/doctor/finding.h"

#include <fmt/format.h>

namespace ssmb::engine::doctor {

using State = Finding::State;

std::string_view to_string(State state) {
  switch (state) {
    case State::ok: return "ok";
    case State::amiss: return "amiss";
    case State::unknown: return "unknown";
    case State::info: return "info";
  }
  return "";
}

void Findings::ok(std::string subject, std::string detail) const {
  tell_({.state = State::ok,
         .region = region_,
         .subject = std::move(subject),
         .detail = std::move(detail),
         .next = {}});
}

void Findings::info(std::string subject, std::string detail, std::string next) const {
  tell_({.state = State::info,
         .region = region_,
         .subject = std::move(subject),
         .detail = std::move(detail),
         .next = std::move(next)});
}

void Findings::unknown(std::string subject, std::string detail, std::string next) const {
  tell_({.state = State::unknown,
         .region = region_,
         .subject = std::move(subject),
         .detail = std::move(detail),
         .next = std::move(next)});
}

void Findings::amiss(std::string subject, std::string detail, std::string next) const {
  tell_({.state = State::amiss,
         .region = region_,
         .subject = std::move(subject),
         .detail = std::move(detail),
         .next = std::move(next)});
}

void Findings::amiss(std::string subject, const Error& error, std::string_view next) const {
  amiss(std::move(subject), to_line(error), error.next.empty() ? std::string(next) : error.next);
}

std::string apply_stack(const Environment& env) {
  return fmt::format(
      "`ssm-backup infra plan -f Pulumi.{}.yaml` shows what differs, infra apply (or pulumi up) "
      "mends it",
      env);
}

bool is_silence(const Error& error) {
  if (error.kind == ErrorKind::timeout || error.kind == ErrorKind::unreachable) return true;
  return error.kind == ErrorKind::transient && (!error.fault || error.fault->http_status == 0);
}

bool is_failure(const Error& error) {
  return (error.kind == ErrorKind::transient || error.kind == ErrorKind::corrupt) &&
         !is_silence(error);
}

}  // namespace ssmb::engine::doctor
