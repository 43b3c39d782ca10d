#include "snapshot/kept_error.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "base/text.h"

namespace ssmb::snapshot {
namespace {

// Stands for the parameter's name: no text of ours or of a service holds a control character.
constexpr std::string_view kName = "\x1a";

// The texts that may speak of the parameter.
std::array<std::string*, 3> texts_of(Error& error) {
  return {&error.what, &error.next, error.fault ? &error.fault->message : nullptr};
}

std::string take_request_id(Error& error) {
  return error.fault ? std::exchange(error.fault->request_id, {}) : std::string();
}

}  // namespace

struct KeptError::Shared {
  Error error;  // without the request id
  enum class Name { as_it_is, replaced } name = Name::as_it_is;
};

KeptError::KeptError(std::shared_ptr<const Shared> shared, std::string request_id)
    : shared_(std::move(shared)), request_id_(std::move(request_id)) {}

KeptError::KeptError(Error error) : request_id_(take_request_id(error)) {
  shared_ = std::make_shared<const Shared>(Shared{.error = std::move(error)});
}

Error KeptError::of(const ParameterName& name) const {
  Error error = shared_->error;
  if (error.fault) error.fault->request_id = request_id_;
  if (shared_->name == Shared::Name::as_it_is) return error;
  for (std::string* text : texts_of(error))
    if (text != nullptr) *text = replaced(std::move(*text), kName, name.view());
  return error;
}

ErrorKind KeptError::kind() const { return shared_->error.kind; }

KeptError KeptError::with_request_id(std::string id) const { return {shared_, std::move(id)}; }

bool KeptErrors::Less::operator()(const std::shared_ptr<const KeptError::Shared>& a,
                                  const std::shared_ptr<const KeptError::Shared>& b) const {
  return std::tie(a->name, a->error) < std::tie(b->name, b->error);
}

KeptError KeptErrors::keep(const ParameterName& name, Error error) {
  std::string request_id = take_request_id(error);
  KeptError::Shared shared{.error = std::move(error), .name = KeptError::Shared::Name::replaced};
  const auto texts = texts_of(shared.error);
  const bool taken = std::ranges::any_of(
      texts, [](const std::string* text) { return text != nullptr && text->contains(kName); });
  if (taken || name.empty()) shared.name = KeptError::Shared::Name::as_it_is;
  if (shared.name == KeptError::Shared::Name::replaced)
    for (std::string* text : texts)
      if (text != nullptr) *text = replaced(std::move(*text), name.view(), kName);
  auto kept = std::make_shared<const KeptError::Shared>(std::move(shared));
  return {*known_.insert(std::move(kept)).first, std::move(request_id)};
}

}  // namespace ssmb::snapshot
