// One step of a plan, written and read back.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "aws/ssm/client.h"
#include "engine/restore/apply.h"

namespace ssmb::engine::restore {

// What all steps of a run share; outlives them.
struct Tools {
  aws::ssm::Client ssm;
  const PrintKey& key;
  Journal& journal;
  WithHistory with_history = WithHistory::no;
  std::function<void(const std::string&)> warn;
};

class StepWriting {
 public:
  enum class End {
    whole,              // read back, and as the plan wants it
    changed_meanwhile,  // otherwise than the plan saw it: left alone
  };

  // `step` (one that writes, and no removal) and `tools` outlive it. `wanted` is what step.wanted
  // is the print of.
  StepWriting(Tools& tools, const Step& step, Parameter wanted, CallScope scope);
  // Once. An error is this parameter's or the run's, by its kind (costs_one_parameter).
  ResultTask<End> run();
  // Of the error.
  Failure::Stage stage() const { return stage_; }
  FieldSet differing() const { return differing_; }

 private:
  using Version = aws::ssm::ParameterVersion;
  using Labels = std::vector<std::string>;

  ResultTask<End> write();
  ResultTask<End> create();
  ResultTask<End> change();
  ResultTask<End> put_from(std::size_t index, Parameter before);
  ResultTask<std::optional<Version>> put(const Parameter& version, const Parameter& before);
  ResultTask<std::optional<Version>> settle(const Parameter& version, Version before);
  ResultTask<void> set_labels(Version version, Labels wanted, Labels present);
  ResultTask<void> set_labels_of(std::size_t there, const Parameter& live);
  ResultTask<void> set_tags(std::vector<Tag> present);
  ResultTask<End> verify();
  ResultTask<std::optional<Parameter>> look(snapshot::Depth depth);

  Error mismatch(const std::optional<Parameter>& live) const;
  bool replays() const;
  std::size_t versions_there() const;
  bool is_newest(const Parameter& version) const;
  FieldSet difference(const Parameter& live, const Print& wanted) const;

  Tools& tools_;
  const Step& step_;
  Parameter wanted_;
  CallScope scope_;
  Failure::Stage stage_ = Failure::Stage::writing;
  FieldSet differing_;
  Version written_ = 0;        // the newest version that is ours
  bool begun_before_ = false;  // by an earlier life of this run
  bool touched_ = false;       // something of ours may be there
};

}  // namespace ssmb::engine::restore
