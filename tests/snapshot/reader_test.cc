#include "snapshot/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "parameter/fields.h"
#include "runtime/virtual_runtime.h"
#include "tests/support/memory_repository.h"
#include "tests/support/snapshots.h"

namespace ssmb::snapshot {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MemoryRepository;
using testing::SnapshotOptions;
using testing::write_snapshot;

const Time kNow = VirtualRuntime::default_start();
const Environment kDev("dev");
const Region kRegion("us-west-2");

class Reader : public ::testing::Test {
 protected:
  Written write(SnapshotOptions options) {
    auto written = *runtime_.run(write_snapshot(repository_, std::move(options)));
    EXPECT_TRUE(written) << written.error().what;
    return *written;
  }
  Result<Snapshot> open(const ObjectKey& key) {
    return *runtime_.run(Snapshot::open(repository_, key, {}));
  }
  Snapshot opened(const Written& written) { return *open(written.manifest.document.key); }
  Result<FoundRecord> read(const Snapshot& snapshot, const std::string& name) {
    return *runtime_.run(snapshot.read(ParameterName(name), {}));
  }
  Verification verify(const Snapshot& snapshot) {
    auto verification = *runtime_.run(snapshot.verify({}));
    EXPECT_TRUE(verification) << verification.error().what;
    return *verification;
  }
  std::string& bytes(const ObjectKey& key) { return repository_.objects.at(key.str()).bytes; }

  VirtualRuntime runtime_{1};
  MemoryRepository repository_{runtime_};
};

TEST_F(Reader, EveryRecordComesBack) {
  std::vector<Parameter> parameters = testing::plain_parameters(40);
  parameters.push_back(testing::full_parameter());
  const Snapshot snapshot = opened(write({.start = kNow, .parameters = parameters}));
  EXPECT_EQ(snapshot.entry().state, State::complete);
  std::size_t next = 0;
  const auto summary = *runtime_.run(snapshot.read_all(
      [&](const DocumentRecord& record) -> Result<void> {
        EXPECT_TRUE(equal(record.record.parameter, parameters.at(next++)));
        return {};
      },
      {}));
  ASSERT_TRUE(summary) << summary.error().what;
  EXPECT_EQ(next, parameters.size());
  for (const Parameter& parameter : parameters) {
    const auto one = read(snapshot, parameter.name.str());
    ASSERT_TRUE(one) << one.error().what;
    EXPECT_TRUE(equal(one->record.parameter, parameter));
  }
}

TEST_F(Reader, OneParameterCostsOneBlockAndOneRecord) {
  const Snapshot snapshot = opened(write({.start = kNow, .count = 2000}));
  EXPECT_GT(snapshot.entry().manifest->blocks.size(), 3U);
  repository_.calls.clear();
  ASSERT_TRUE(read(snapshot, "/app/dev/1234"));
  EXPECT_THAT(repository_.calls,
              ElementsAre("get_range " + snapshot.entry().manifest->index.key.str(),
                          "get_range " + snapshot.entry().document.str()));
  for (const char* name : {"/app/dev/1234x", "/a", "/z"})
    EXPECT_EQ(read(snapshot, name).error().kind, ErrorKind::not_found) << name;
  const auto index = *runtime_.run(snapshot.read_index({}));
  EXPECT_EQ(index->size(), 2000U);
}

TEST_F(Reader, TheCatalogueTellsStatesApart) {
  write({.start = kNow - 3h});
  write({.start = kNow - 2h, .unreadable = {"/app/dev/x"}});
  write({.start = kNow - 1h, .selection = {"/app/*"}});
  write({.start = kNow, .region = "eu-west-1"});
  const Written unfinished = write({.start = kNow - 4h});
  repository_.objects.erase(unfinished.manifest_key.str());
  const Written broken = write({.start = kNow - 5h});
  bytes(broken.manifest_key) = "{}";
  const Written expired = write({.start = kNow - 6h});
  repository_.objects.erase(expired.manifest.document.key.str());
  repository_.objects["2025-09-04/us-west-2/ssm-backup-dev-us-west-2-20250904_014349.json"] = {
      "{\n \"backup_date\": \"2025-09-04\"", kNow};
  repository_.objects["2025-09-03/ssm-backup-dev-20250903_014349.json"] = {"{}", kNow};
  repository_.objects["2025-09-03/ssm-backup-prod-20250903_014349.json"] = {"{}", kNow};
  repository_.objects["notes.txt"] = {"", kNow};

  const auto entries = *runtime_.run(list_snapshots(repository_, kDev, kRegion, {}));
  ASSERT_TRUE(entries) << entries.error().what;
  std::vector<std::string> lines;
  for (const Entry& entry : *entries)
    lines.push_back(to_timestamp(entry.id.time) + " " + std::string(to_string(entry.state)) +
                    (entry.id.extent == SnapshotId::Extent::partial ? " partial" : ""));
  EXPECT_THAT(lines, ElementsAre("20261122_120000 complete partial", "20261122_110000 incomplete",
                                 "20261122_100000 complete", "20261122_090000 unfinished",
                                 "20261122_080000 broken", "20261122_070000 broken",
                                 "20250904_014349 old", "20250903_014349 old"));
  EXPECT_EQ((*entries)[2].manifest_sha256, sha256(bytes(manifest_key((*entries)[2].manifest->id))));
}

TEST_F(Reader, OneObjectThatCannotBeReadDoesNotEndTheList) {
  const Written good = write({.start = kNow});
  const Written bad = write({.start = kNow - 1h});
  const std::pair<ErrorKind, State> rows[] = {{ErrorKind::denied, State::unread},
                                              {ErrorKind::corrupt, State::broken},
                                              {ErrorKind::local_io, State::unread}};
  for (const auto& [kind, state] : rows) {
    SCOPED_TRACE(to_string(kind));
    repository_.fault = [&, kind](std::string_view, const ObjectKey& key) -> std::optional<Error> {
      if (key != bad.manifest_key) return std::nullopt;
      return Error{.kind = kind, .what = "no way", .fault = {}, .next = {}};
    };
    const auto entries = *runtime_.run(list_snapshots(repository_, kDev, kRegion, {}));
    ASSERT_TRUE(entries) << entries.error().what;
    ASSERT_EQ(entries->size(), 2U);
    EXPECT_EQ(entries->at(0).state, State::complete);
    EXPECT_EQ(entries->at(1).state, state);
    EXPECT_EQ(entries->at(1).unread.has_value(), state == State::unread);
    EXPECT_THAT(entries->at(1).problem, HasSubstr("no way"));
  }
}

TEST_F(Reader, TheLatestIsFoundByItsPointer) {
  const auto latest = [this] {
    return *runtime_.run(Snapshot::open_latest(repository_, kDev, kRegion, {}));
  };
  EXPECT_EQ(latest().error().kind, ErrorKind::not_found);
  const Written written = write({.start = kNow});
  EXPECT_EQ(latest()->entry().document, written.manifest.document.key);
  for (const char* text :
       {"rubbish", "2026-11-22/us-west-2/ssm-backup-prod-us-west-2-20261122_130000.json",
        "2026-11-22/eu-west-1/ssm-backup-dev-eu-west-1-20261122_130000.json"}) {
    bytes(latest_key(kRegion)) = text;
    EXPECT_EQ(latest().error().kind, ErrorKind::corrupt) << text;
  }
  bytes(latest_key(kRegion)) = written.manifest.document.key.str();
  repository_.objects.erase(written.manifest.document.key.str());
  EXPECT_EQ(latest().error().kind, ErrorKind::corrupt);
  EXPECT_THAT(latest().error().what, HasSubstr("which is missing"));
  EXPECT_EQ(open(ObjectKey("latest.txt")).error().kind, ErrorKind::usage);
}

TEST_F(Reader, OldBackupsAreReadWithoutAnIndex) {
  const ObjectKey key("2025-09-03/ssm-backup-dev-20250903_014349.json");
  repository_.objects[key.str()] = {
      R"({"backup_date": "2025-09-03", "backup_timestamp": "20250903_014349",
          "environment": "dev", "parameter_count": 1,
          "parameters": [{"Name": "/a/dev/b", "Type": "String", "Value": "x"}]})",
      kNow};
  const Snapshot snapshot = *open(key);
  EXPECT_EQ(snapshot.entry().state, State::old);
  EXPECT_EQ(read(snapshot, "/a/dev/b")->record.parameter.value.reveal(), "x");
  EXPECT_EQ(read(snapshot, "/a/dev/c").error().kind, ErrorKind::not_found);
  EXPECT_THAT(verify(snapshot).findings, IsEmpty());
  EXPECT_EQ(verify(snapshot).chain, Chain::unknown);
  EXPECT_EQ(verify(snapshot).parameter_count, 1U);
}

TEST_F(Reader, ASoundSnapshotVerifies) {
  const Written first = write({.start = kNow - 1h, .count = 600, .accepted = {"/app/dev/x"}});
  const Written second = write({.start = kNow, .count = 600});
  EXPECT_EQ(verify(opened(first)).chain, Chain::first);
  const Verification verification = verify(opened(second));
  EXPECT_THAT(verification.findings, IsEmpty());
  EXPECT_EQ(verification.chain, Chain::sound);
  EXPECT_EQ(verification.parameter_count, 600U);
  repository_.objects.erase(first.manifest_key.str());
  EXPECT_EQ(verify(opened(second)).chain, Chain::beyond_retention);
  EXPECT_THAT(verify(opened(second)).findings, IsEmpty());
}

// One flipped bit anywhere in what makes up the snapshot is a finding, whatever else it is.
TEST_F(Reader, AnyFlippedBitIsFound) {
  write({.start = kNow - 1h});
  const Written written = write(
      {.start = kNow, .parameters = {testing::full_parameter(), testing::plain_parameter("/b")}});
  ASSERT_THAT(verify(opened(written)).findings, IsEmpty());
  for (const ObjectKey& key : {written.manifest.document.key, written.manifest.index.key}) {
    SCOPED_TRACE(key.str());
    for (std::size_t i = 0; i < bytes(key).size(); ++i) {
      bytes(key)[i] = static_cast<char>(bytes(key)[i] ^ 1);
      ASSERT_FALSE(verify(opened(written)).findings.empty()) << "byte " << i;
      bytes(key)[i] = static_cast<char>(bytes(key)[i] ^ 1);
    }
  }
}

TEST_F(Reader, TamperedSnapshotsAreFoundOut) {
  const struct {
    const char* name;
    void (*tamper)(MemoryRepository&, const Written&);
    const char* says;
  } rows[] = {
      {"parent replaced",
       [](MemoryRepository& r, const Written& w) {
         r.objects.at(w.manifest.parent->key.str()).bytes += ' ';
       },
       "another hash than its successor"},
      {"document cut",
       [](MemoryRepository& r, const Written& w) {
         r.objects.at(w.manifest.document.key.str()).bytes.pop_back();
       },
       "its size is not the one"},
      {"index gone",
       [](MemoryRepository& r, const Written& w) { r.objects.erase(w.manifest.index.key.str()); },
       "there is no manifests/"},
      {"manifest gone",
       [](MemoryRepository& r, const Written& w) { r.objects.erase(w.manifest_key.str()); },
       "its run did not end"},
      {"manifest of a lesser index",
       [](MemoryRepository& r, const Written& w) {
         Manifest lesser = w.manifest;
         lesser.blocks.clear();
         lesser.index = {.key = lesser.index.key, .size = 0, .sha256 = sha256("")};
         r.objects.at(w.manifest_key.str()).bytes = encode_manifest(lesser).view();
       },
       "is not the one that its manifest describes"},
      {"manifest of another account",
       [](MemoryRepository& r, const Written& w) {
         Manifest other = w.manifest;
         other.account = AccountId("000000000000");
         r.objects.at(w.manifest_key.str()).bytes = encode_manifest(other).view();
       },
       "another account or run"},
      {"manifest called complete",
       [](MemoryRepository& r, const Written& w) {
         Manifest whole = w.manifest;
         whole.completeness = Completeness::complete;
         r.objects.at(w.manifest_key.str()).bytes = encode_manifest(whole).view();
       },
       "says complete, and names unreadable parameters"},
      {"manifest called complete that names records without their tags",
       [](MemoryRepository& r, const Written& w) {
         Manifest whole = w.manifest;
         whole.completeness = Completeness::complete;
         for (Unreadable& one : whole.unreadable) one.accepted = Unreadable::Accepted::yes;
         whole.lacking = {
             {.name = ParameterName("/app/dev/a"), .error = KeptError({.what = "denied"})}};
         r.objects.at(w.manifest_key.str()).bytes = encode_manifest(whole).view();
       },
       "says complete, and names records that lack a part"},
      {"manifest of fewer listed names",
       [](MemoryRepository& r, const Written& w) {
         Manifest whole = w.manifest;
         whole.completeness = Completeness::complete;
         whole.listed -= 1;
         r.objects.at(w.manifest_key.str()).bytes = encode_manifest(whole).view();
       },
       "accounts for 3 of 2 listed names"},
      {"manifest without the unreadable ones",
       [](MemoryRepository& r, const Written& w) {
         Manifest whole = w.manifest;
         whole.unreadable.clear();
         whole.completeness = Completeness::complete;
         r.objects.at(w.manifest_key.str()).bytes = encode_manifest(whole).view();
       },
       "other unreadable parameters"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    repository_.objects.clear();
    write({.start = kNow - 1h});
    const Written written = write({.start = kNow, .unreadable = {"/app/dev/x"}});
    row.tamper(repository_, written);
    std::vector<std::string> found;
    for (const Finding& finding : verify(opened(written)).findings) found.push_back(finding.what);
    EXPECT_THAT(found, Contains(HasSubstr(row.says)));
  }
}

TEST_F(Reader, ARecordThatIsNotItselfIsNeverHandedOut) {
  const Written written = write({.start = kNow, .count = 3});
  const Snapshot snapshot = opened(written);
  std::string& document = bytes(written.manifest.document.key);
  document.replace(document.find("value 1"), 7, "value 9");
  const auto altered = read(snapshot, "/app/dev/0001");
  ASSERT_FALSE(altered);
  EXPECT_EQ(altered.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(altered.error().what, HasSubstr("memory:2026-11-22/us-west-2/ssm-backup-dev"));
  EXPECT_TRUE(read(snapshot, "/app/dev/0002"));
}

// A missing index made the reader say that the snapshot does not hold the parameter.
TEST_F(Reader, AMissingOrDamagedIndexIsGoneAroundAndTold) {
  const Written written = write({.start = kNow, .count = 3});
  const Snapshot snapshot = opened(written);
  const std::string index = bytes(written.manifest.index.key);
  for (const char* damage : {"gone", "altered"}) {
    SCOPED_TRACE(damage);
    bytes(written.manifest.index.key) = "[" + index.substr(1, 5) + "x" + index.substr(7);
    if (damage == std::string("gone")) repository_.objects.erase(written.manifest.index.key.str());
    const auto found = read(snapshot, "/app/dev/0001");
    ASSERT_TRUE(found) << found.error().what;
    EXPECT_EQ(found->record.parameter.value.reveal(), "value 1");
    ASSERT_TRUE(found->index_trouble);
    EXPECT_EQ(found->index_trouble->kind, ErrorKind::corrupt);
    EXPECT_THAT(found->index_trouble->what, HasSubstr(written.manifest.index.key.str()));
    EXPECT_THAT(found->index_trouble->next, HasSubstr("verify --snapshot 2026-11-22/"));
    EXPECT_EQ(read(snapshot, "/app/dev/nothing").error().kind, ErrorKind::not_found);
    repository_.objects[written.manifest.index.key.str()] = {index, kNow};
  }
  repository_.objects.erase(written.manifest.document.key.str());
  EXPECT_EQ(read(snapshot, "/app/dev/0001").error().kind, ErrorKind::corrupt);
  EXPECT_THAT(read(snapshot, "/app/dev/0001").error().next, HasSubstr("ssm-backup list"));
}

TEST_F(Reader, TroubleOnTheWayIsAnErrorNotAFinding) {
  const Snapshot snapshot = opened(write({.start = kNow}));
  repository_.fault = [](std::string_view, const ObjectKey&) -> std::optional<Error> {
    return Error{.kind = ErrorKind::unreachable, .what = "no way", .fault = {}, .next = {}};
  };
  EXPECT_EQ(runtime_.run(snapshot.verify({}))->error().kind, ErrorKind::unreachable);
  EXPECT_EQ(runtime_.run(list_snapshots(repository_, kDev, kRegion, {}))->error().kind,
            ErrorKind::unreachable);
}

// Missing rights were reported as tampering.
TEST_F(Reader, WhatMayNotBeReadIsUnreadNotAltered) {
  write({.start = kNow - 1h});
  const Written written = write({.start = kNow});
  for (const ErrorKind kind : {ErrorKind::denied, ErrorKind::local_io}) {
    for (const ObjectKey& key : {written.manifest.document.key, written.manifest.index.key,
                                 written.manifest_key, written.manifest.parent->key}) {
      SCOPED_TRACE(key.str());
      repository_.fault = [&](std::string_view call, const ObjectKey& at) -> std::optional<Error> {
        if (at != key || call == "stat") return std::nullopt;
        return Error{.kind = kind, .what = "no way", .fault = {}, .next = "allow s3:GetObject"};
      };
      const Verification verification = verify(opened(written));
      EXPECT_THAT(verification.findings, IsEmpty());
      EXPECT_FALSE(verification.sound());
      ASSERT_EQ(verification.unread.size(), 1U);
      EXPECT_EQ(verification.unread[0].error.next, "allow s3:GetObject");
      repository_.fault = {};
    }
  }
  repository_.fault = [](std::string_view, const ObjectKey&) -> std::optional<Error> {
    return Error{.kind = ErrorKind::denied, .what = "no way", .fault = {}, .next = {}};
  };
  EXPECT_EQ(runtime_.run(list_snapshots(repository_, kDev, kRegion, {}))->error().kind,
            ErrorKind::denied);
}

}  // namespace
}  // namespace ssmb::snapshot
