#include "snapshot/s3_repository.h"

#include <fmt/format.h>

#include "aws/paging.h"
#include "base/try.h"
#include "snapshot/layout.h"
#include "snapshot/s3_writer.h"

namespace ssmb::snapshot {
namespace {

using aws::s3::ByteRange;
using aws::s3::Precondition;

class S3Repository final : public Repository {
 public:
  S3Repository(aws::Session& session, S3Location location, S3Options options)
      : context_{.session = session,
                 .client = aws::s3::Client(session, location.region),
                 .location = std::move(location),
                 .options = std::move(options)} {}

  std::string describe() const override {
    const S3Location& at = context_.location;
    return "s3://" + at.bucket.name.str() + (at.prefix.empty() ? "" : "/" + at.prefix);
  }
  std::string url(const ObjectKey& key) const override { return context_.url(key); }

  ResultTask<ObjectStat> put_new(ObjectKey key, SecretBytes bytes, CallScope scope) override {
    SSMB_CO_TRY_VOID(check_key(key));
    co_return co_await context_.put(key, std::move(bytes), Precondition::absent(), scope);
  }

  ResultTask<std::unique_ptr<ObjectWriter>> create(ObjectKey key, CallScope) override {
    SSMB_CO_TRY_VOID(check_key(key));
    std::unique_ptr<ObjectWriter> writer = std::make_unique<S3Writer>(context_, std::move(key));
    co_return writer;
  }

  ResultTask<ObjectStat> replace(ObjectKey key, std::optional<ETag> expected, SecretBytes bytes,
                                 CallScope scope) override {
    SSMB_CO_TRY_VOID(check_key(key));
    Precondition precondition =
        expected ? Precondition::matches(std::move(*expected)) : Precondition::absent();
    auto stored = co_await context_.put(key, std::move(bytes), std::move(precondition), scope);
    // If-Match on a key that is not there: somebody removed it, the condition failed.
    if (!stored && stored.error().kind == ErrorKind::not_found && stored.error().fault &&
        stored.error().fault->code == "NoSuchKey")
      stored.error().kind = ErrorKind::conflict;
    co_return stored;
  }

  ResultTask<StoredObject> get(ObjectKey key, CallScope scope) override {
    SSMB_CO_TRY_VOID(check_key(key));
    co_return co_await read(key, std::nullopt, scope);
  }

  ResultTask<StoredObject> get_range(ObjectKey key, std::uint64_t offset, std::uint64_t length,
                                     CallScope scope) override {
    SSMB_CO_TRY_VOID(check_key(key));
    if (length != 0) {
      const ByteRange range{.first = offset, .last = offset + length - 1};
      auto object = co_await read(key, range, scope);
      const bool behind_end =
          !object && object.error().fault && object.error().fault->code == "InvalidRange";
      if (!behind_end) co_return object;
    }
    SSMB_CO_TRY(there, co_await stat(key, scope));
    co_return StoredObject{.stat = there, .bytes = SecretBytes()};
  }

  ResultTask<ObjectStat> stat(ObjectKey key, CallScope scope) override {
    SSMB_CO_TRY_VOID(check_key(key));
    auto info = co_await context_.client.head_object(context_.location.bucket,
                                                     context_.full_key(key), scope);
    if (!info) co_return fail(std::move(info.error()).within("cannot look at " + url(key)));
    co_return to_stat(*info);
  }

  ResultTask<void> list(std::string prefix,
                        std::function<bool(const std::vector<ListedKey>&)> on_page,
                        CallScope scope) override {
    const std::string root = context_.location.prefix.empty() ? "" : context_.location.prefix + "/";
    const auto fetch = [&](std::string token) {
      return context_.client.list_objects(context_.location.bucket, root + prefix, "",
                                          std::move(token), scope);
    };
    const auto take = [&](aws::s3::ListPage page) -> ResultTask<aws::More> {
      SSMB_CO_TRY(keys, keys_below(root, root + prefix, page));
      const bool more = keys.empty() || on_page(keys);
      co_return more ? aws::More::yes : aws::More::no;
    };
    auto listed = co_await aws::for_each_page(fetch, take, [] {});
    if (!listed) co_return fail(std::move(listed).error().within("cannot list " + describe()));
    co_return listed;
  }

 private:
  ResultTask<StoredObject> read(ObjectKey key, std::optional<ByteRange> range, CallScope scope) {
    auto object = co_await context_.client.get_object(context_.location.bucket,
                                                      context_.full_key(key), range, scope);
    if (!object) co_return fail(std::move(object.error()).within("cannot read " + url(key)));
    co_return StoredObject{.stat = to_stat(object->info), .bytes = std::move(object->body)};
  }

  // The keys without `root`; all begin with `prefix`, for nothing else was asked for.
  Result<std::vector<ListedKey>> keys_below(std::string_view root, std::string_view prefix,
                                            const aws::s3::ListPage& page) const {
    std::vector<ListedKey> keys;
    keys.reserve(page.objects.size());
    for (const aws::s3::ListedObject& object : page.objects) {
      if (!object.key.view().starts_with(prefix))
        return fail(ErrorKind::corrupt, "keys came that were not asked for");
      keys.push_back({.key = ObjectKey(object.key.view().substr(root.size())),
                      .size = object.size,
                      .last_modified = object.last_modified});
    }
    return keys;
  }

  S3Context context_;
};

}  // namespace

std::unique_ptr<Repository> make_s3_repository(aws::Session& session, S3Location location,
                                               S3Options options) {
  return std::make_unique<S3Repository>(session, std::move(location), std::move(options));
}

}  // namespace ssmb::snapshot
