// The errors of many parameters, mostly one error again and again: what they share is held once.
// A key that is denied for 100,000 parameters costs their names and request ids.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "base/error.h"
#include "base/ids.h"

namespace ssmb::snapshot {

// One parameter's error.
class KeptError {
 public:
  KeptError() : KeptError(Error{}) {}
  explicit KeptError(Error error);

  // As it was; `name` is the parameter's.
  Error of(const ParameterName& name) const;
  ErrorKind kind() const;
  const std::string& request_id() const { return request_id_; }
  // This error for the parameter of another request.
  KeptError with_request_id(std::string id) const;

  // The same for all errors that differ in name and request id alone, if one KeptErrors kept them.
  const void* identity() const { return shared_.get(); }

 private:
  friend class KeptErrors;
  struct Shared;
  KeptError(std::shared_ptr<const Shared> shared, std::string request_id);

  std::shared_ptr<const Shared> shared_;
  std::string request_id_;
};

// Lets the errors of one snapshot share. What it has kept outlives it.
class KeptErrors {
 public:
  KeptError keep(const ParameterName& name, Error error);

 private:
  struct Less {
    bool operator()(const std::shared_ptr<const KeptError::Shared>& a,
                    const std::shared_ptr<const KeptError::Shared>& b) const;
  };
  std::set<std::shared_ptr<const KeptError::Shared>, Less> known_;
};

}  // namespace ssmb::snapshot
