// The machinery of collect(): queues, workers, and the one error that ends them all.
#pragma once

#include <optional>
#include <stop_token>

#include "engine/collect.h"
#include "engine/region_facts.h"
#include "engine/tag_index.h"
#include "runtime/concurrency.h"

namespace ssmb::engine {

// lister -> batches -> readers -> read -> finishers -> found -> keeper; tags, settings and shares
// come in beside.
class Collection {
 public:
  Collection(aws::Session& session, CollectOptions options, Collector& collector, Events& events,
             CallScope scope);
  ResultTask<Collected> run();

 private:
  using Batch = std::vector<aws::ssm::Metadata>;
  struct ReadBatch {
    std::vector<Found> found;
    std::uint64_t bytes = 0;  // of read_bytes_
  };
  struct Waiting {
    Found found;
    std::uint64_t held = 0;  // of history_bytes_
  };

  Task<void> guard(Task<void> task);
  Task<void> list();
  ResultTask<void> take_page(std::vector<aws::ssm::Metadata> fresh);
  Task<void> read();
  Task<void> finish();
  ResultTask<void> finish_one(std::vector<Found> batch);
  bool complete_from_index(Found& found) const;
  bool tag_from_index(Read& read) const;
  bool is_younger_than_index(const Parameter& parameter) const;
  void tell_of_single_tags();
  ResultTask<Found> completed(Found found, std::uint64_t& held);
  ResultTask<Found> tagged(Read read);
  Task<void> load_tags();
  Task<void> load_settings();
  Task<void> keep();
  Task<void> settle_facts(TaskGroup& beside);

  void fail_all(Error error);
  void tell();

  aws::Session& session_;
  CollectOptions options_;
  Collector& collector_;
  Events& events_;
  std::stop_source stop_;
  std::stop_callback<std::function<void()>> on_outer_stop_;
  CallScope scope_;
  aws::ssm::Client ssm_;

  Allowance requests_;    // in flight
  Allowance read_bytes_;  // of values that wait for their tags
  Queue<Batch> batches_;
  Queue<ReadBatch> read_;
  Queue<std::vector<Waiting>> found_;
  Allowance history_bytes_;    // of histories being read or waiting for the snapshot
  Batch partial_;              // names that do not fill a batch yet
  Queue<bool> tags_ready_{1};  // closed when the tags are there
  TagIndex tag_index_;
  Time tags_begun_{};  // by AWS's clock: what the index does not know yet
  std::uint64_t tagged_singly_ = 0;
  int readers_ = 0;
  int finishers_ = 0;

  RegionProgress totals_;
  snapshot::RegionFacts facts_;
  std::optional<ShareReader> shares_;  // where they are asked for
  std::optional<Error> error_;
};

}  // namespace ssmb::engine
