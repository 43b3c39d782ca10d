#include "engine/restore/apply.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <variant>

#include "base/try.h"
#include "engine/contain.h"
#include "engine/reading.h"
#include "engine/restore/writing.h"
#include "runtime/concurrency.h"

namespace ssmb::engine::restore {
namespace {

using Stage = Failure::Stage;

// Records further apart than this are not worth reading what lies between.
constexpr std::uint64_t kFar = std::uint64_t{64} << 10;

struct Writing {
  const Step* step = nullptr;
  Parameter wanted;
};
using Removal = std::vector<const Step*>;
using Job = std::variant<Writing, Removal>;

Error untold() {
  return {.kind = ErrorKind::corrupt,
          .what = "ssm:DeleteParameters does not say what became of it",
          .fault = {},
          .next = "run the same command again"};
}

// One reads records and hands them on; workers write.
class Application {
 public:
  Application(aws::Session& session, const Plan& plan, const PrintKey& key, RecordWindow records,
              const ApplyOptions& options, Journal& journal, RestoreEvents& events,
              const CallScope& scope)
      : session_(session),
        plan_(plan),
        key_(key),
        records_(std::move(records)),
        options_(options),
        journal_(journal),
        events_(events),
        on_outer_stop_(scope.stop, [this] { stop_.request_stop(); }),
        scope_{.deadline = scope.deadline, .stop = stop_.get_token()},
        jobs_(static_cast<std::size_t>(options.concurrency)),
        tools_{.ssm = {session, options.mapping.to.region},
               .key = key,
               .journal = journal,
               .with_history = options.with_history,
               .warn = [this](const std::string& text) { events_.note(Gravity::warning, text); }} {}

  ResultTask<Applied> run();

 private:
  Result<void> end_settled();
  Task<void> guard(ResultTask<void> task);
  ResultTask<void> feed();
  ResultTask<void> work();
  ResultTask<void> read(std::size_t index);
  ResultTask<Parameter> wanted_by(std::size_t index);
  std::uint64_t end_of_neighbours(std::size_t index) const;
  ResultTask<void> write(Writing job);
  ResultTask<void> remove(Removal removal);

  void fail_all(Error error);
  void end_failed(const Step& step, Error error, Stage stage, FieldSet differing = {});
  void tell();

  aws::Session& session_;
  const Plan& plan_;
  const PrintKey& key_;
  RecordWindow records_;
  ApplyOptions options_;
  Journal& journal_;
  RestoreEvents& events_;
  std::stop_source stop_;
  std::stop_callback<std::function<void()>> on_outer_stop_;
  CallScope scope_;
  Queue<Job> jobs_;
  Tools tools_;

  std::vector<const Step*> steps_;  // those that write
  RestoreProgress progress_;
  Applied applied_;
  std::optional<Error> error_;
};

ResultTask<Applied> Application::run() {
  const SteadyTime begin = session_.runtime.steady();
  for (const Step& step : plan_.steps) {
    if (step.writes()) steps_.push_back(&step);
  }
  SSMB_CO_TRY_VOID(end_settled());
  progress_.of = steps_.size();
  tell();
  TaskGroup group(session_.runtime.executor());
  group.spawn(guard(feed()));
  for (int i = 0; i < options_.concurrency; ++i) group.spawn(guard(work()));
  co_await group.join();
  if (error_) co_return fail(std::move(*error_));
  applied_.duration = session_.runtime.steady() - begin;
  co_return std::move(applied_);
}

// What an earlier life had begun and this plan leaves alone is as it should be, or not ours; what
// was to be removed, and has no step, is gone.
Result<void> Application::end_settled() {
  const auto begun = journal_.begun();
  if (begun.empty()) return {};
  std::set<ParameterName> unsettled;
  std::set<ParameterName> settled;
  for (const Step& step : plan_.steps) {
    // One that is held back may be half made.
    const bool is_open = step.writes() || step.action == Action::changed;
    (is_open ? unsettled : settled).insert(step.name);
  }
  for (const auto& [name, known] : begun) {
    if (settled.contains(name) || (known.action == Action::remove && !unsettled.contains(name)))
      SSMB_TRY_VOID(journal_.note_ended(name));
  }
  return {};
}

Task<void> Application::guard(ResultTask<void> task) {
  auto done = co_await contained(std::move(task));
  if (!done) fail_all(std::move(done).error());
}

// The first error is the run's; the others break off.
void Application::fail_all(Error error) {
  if (!error_) error_ = std::move(error);
  stop_.request_stop();
  jobs_.close();
}

void Application::tell() {
  if (session_.limits) progress_.throttled = session_.limits->throttles(tools_.ssm.region());
  events_.progress(progress_);
}

void Application::end_failed(const Step& step, Error error, Stage stage, FieldSet differing) {
  events_.note(Gravity::warning, fmt::format("{}: {}", step.name, to_line(error)));
  applied_.failures.push_back(
      {.name = step.name, .error = std::move(error), .stage = stage, .differing = differing});
  ++progress_.failed;
  ++progress_.done;
  tell();
}

// In the plan's order; removals in tens.
ResultTask<void> Application::feed() {
  Removal removal;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (steps_[i]->action != Action::remove) {
      SSMB_CO_TRY_VOID(co_await read(i));
      continue;
    }
    removal.push_back(steps_[i]);
    const bool last = i + 1 == steps_.size() || steps_[i + 1]->action != Action::remove;
    if (last || removal.size() == kNamesOfDelete) co_await jobs_.push(std::exchange(removal, {}));
  }
  jobs_.close();
  co_return Result<void>{};
}

ResultTask<void> Application::read(std::size_t index) {
  auto wanted = co_await wanted_by(index);
  if (wanted) {
    co_await jobs_.push(Writing{.step = steps_[index], .wanted = std::move(*wanted)});
    co_return Result<void>{};
  }
  // Another error is of the repository, or of the way to it: no record can be read.
  const ErrorKind kind = wanted.error().kind;
  if (kind != ErrorKind::corrupt && kind != ErrorKind::conflict)
    co_return fail(std::move(wanted).error());
  end_failed(*steps_[index], std::move(wanted).error(), Stage::reading);
  co_return Result<void>{};
}

// What the record makes today must be what the plan has shown.
ResultTask<Parameter> Application::wanted_by(std::size_t index) {
  const Step& step = *steps_[index];
  SSMB_CO_TRY(record, co_await records_.read(step.place, end_of_neighbours(index), scope_));
  Desired made = desired(std::move(record.parameter), options_.mapping, session_.runtime.now(),
                         options_.with_history);
  if ((puts(step.action) && made.impossible) || made.left_out || made.parameter.name != step.name ||
      differing(print_of(made.parameter, key_), step.wanted).any())
    co_return fail(ErrorKind::conflict, "it is not any more what the plan shows",
                   "run the same command again: it plans anew");
  co_return std::move(made.parameter);
}

std::uint64_t Application::end_of_neighbours(std::size_t index) const {
  const snapshot::RecordPlace& first = steps_[index]->place;
  std::uint64_t end = first.offset + first.length;
  if (records_.holds(first)) return end;
  for (std::size_t i = index + 1; i < steps_.size(); ++i) {
    const snapshot::RecordPlace& next = steps_[i]->place;
    const bool is_near = next.offset >= end && next.offset - end <= kFar &&
                         next.offset + next.length - first.offset <= RecordWindow::kMost;
    if (steps_[i]->action == Action::remove || !is_near) break;
    end = next.offset + next.length;
  }
  return end;
}

ResultTask<void> Application::work() {
  while (auto job = co_await jobs_.pop()) {
    SSMB_CO_TRY_VOID(check(session_.runtime, scope_));
    if (auto* writing = std::get_if<Writing>(&*job))
      SSMB_CO_TRY_VOID(co_await write(std::move(*writing)));
    if (auto* removal = std::get_if<Removal>(&*job))
      SSMB_CO_TRY_VOID(co_await remove(std::move(*removal)));
  }
  co_return Result<void>{};
}

ResultTask<void> Application::write(Writing job) {
  const Step& step = *job.step;
  StepWriting writing(tools_, step, std::move(job.wanted), scope_);
  auto end = co_await writing.run();
  if (!end) {
    if (!costs_one_parameter(end.error().kind))
      co_return fail(std::move(end).error().within(step.name.view()));
    end_failed(step, std::move(end).error(), writing.stage(), writing.differing());
    co_return Result<void>{};
  }
  if (*end == StepWriting::End::changed_meanwhile) {
    events_.note(Gravity::warning,
                 fmt::format("{}: somebody else has changed it meanwhile; left alone", step.name));
    applied_.changed_meanwhile.push_back(step.name);
    ++progress_.failed;
  } else {
    ++(step.action == Action::create ? applied_.created : applied_.updated);
    ++applied_.verified;
  }
  ++progress_.done;
  tell();
  co_return Result<void>{};
}

// Names that come back as invalid are gone already, as they should be.
ResultTask<void> Application::remove(Removal removal) {
  std::vector<ParameterName> names;
  for (const Step* step : removal) {
    names.push_back(step->name);
    SSMB_CO_TRY_VOID(journal_.note_begun(step->name, {.action = step->action, .version = 0}));
  }
  auto removed = co_await tools_.ssm.delete_parameters(std::move(names), scope_);
  if (!removed && !costs_one_parameter(removed.error().kind))
    co_return fail(std::move(removed).error());
  for (const Step* step : removal) {
    SSMB_CO_TRY_VOID(journal_.note_ended(step->name));
    if (!removed || !removed->tells_of(step->name)) {
      end_failed(*step, removed ? untold() : removed.error(), Stage::writing);
      continue;
    }
    ++applied_.removed;
    ++progress_.done;
  }
  tell();
  co_return Result<void>{};
}

}  // namespace

ResultTask<Applied> apply(aws::Session& session, const Plan& plan, const PrintKey& key,
                          RecordWindow records, ApplyOptions options, Journal& journal,
                          RestoreEvents& events, CallScope scope) {
  if (!plan.conflicts.empty())
    co_return fail(
        ErrorKind::conflict,
        fmt::format("{} parameter{} of the snapshot differ{} from what is there: nothing "
                    "was written",
                    plan.conflicts.size(), plan.conflicts.size() == 1 ? "" : "s",
                    plan.conflicts.size() == 1 ? "s" : ""),
        "--on-conflict skip leaves them alone, overwrite writes over them");
  Application application(session, plan, key, std::move(records), options, journal, events, scope);
  co_return co_await application.run();
}

}  // namespace ssmb::engine::restore
