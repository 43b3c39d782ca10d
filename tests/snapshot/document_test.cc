#include "snapshot/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>

#include "parameter/fields.h"
#include "tests/support/parameters.h"

namespace ssmb::snapshot {
namespace {

using ::testing::ElementsAre;
using testing::full_parameter;
using ::testing::HasSubstr;
using testing::plain_parameter;

DocumentHeader header() {
  return {.format = kFormat,
          .id = {.environment = Environment("dev"),
                 .region = Region("us-west-2"),
                 .time = *parse_timestamp("20261122_130001"),
                 .extent = SnapshotId::Extent::full},
          .account = AccountId("123456789012"),
          .run_id = RunId("run-1"),
          .scope = Scope::of_environment(Environment("dev"))};
}

Unreadable denied() {
  return {.name = ParameterName("/app/dev/denied"),
          .error = KeptError(
              {.kind = ErrorKind::denied, .what = "no", .fault = std::nullopt, .next = ""}),
          .accepted = Unreadable::Accepted::no};
}

struct Encoded {
  std::string text;
  std::vector<RecordPlace> places;
  Sha256Digest sha256{};
};

Encoded encode(const std::vector<Parameter>& parameters,
               const std::vector<Unreadable>& unreadable) {
  DocumentEncoder encoder(header());
  Encoded encoded;
  for (const Parameter& parameter : parameters) {
    encoded.places.push_back(encoder.add(parameter));
    encoded.text += encoder.take().view();
  }
  encoder.begin_errors();
  for (const Unreadable& each : unreadable) encoder.add_error(each);
  encoder.finish();
  encoded.text += encoder.take().view();
  EXPECT_EQ(encoder.size(), encoded.text.size());
  EXPECT_EQ(encoder.parameter_count(), parameters.size());
  encoded.sha256 = encoder.sha256();
  return encoded;
}

struct Decoded {
  std::vector<DocumentRecord> records;
  Result<DocumentDecoder::Summary> summary;
};

Decoded decode(std::string_view text, std::size_t step) {
  std::vector<DocumentRecord> records;
  DocumentDecoder decoder([&records](DocumentRecord record) -> Result<void> {
    records.push_back(std::move(record));
    return {};
  });
  for (std::size_t i = 0; i < text.size(); i += step) (void)decoder.feed(text.substr(i, step));
  auto summary = decoder.finish();
  return {.records = std::move(records), .summary = std::move(summary)};
}

TEST(Document, ReadsAsTheDesignSays) {
  const Encoded encoded =
      encode({plain_parameter("/app/dev/a"), plain_parameter("/app/dev/b")}, {denied()});
  EXPECT_EQ(encoded.text,
            R"({"format": 1, "backup_date": "2026-11-22", "backup_timestamp": "20261122_130001", )"
            R"("environment": "dev", "account": "123456789012", "region": "us-west-2", )"
            R"("run_id": "run-1", "scope": {"default":true,"include":["*/dev/*"]}, "parameters": [)"
            "\n" +
                std::string(encode_record(plain_parameter("/app/dev/a")).view()) + ",\n" +
                std::string(encode_record(plain_parameter("/app/dev/b")).view()) + "\n" +
                R"(], "parameter_count": 2, "errors": [)"
                "\n"
                R"({"Name":"/app/dev/denied","Error":"no","Accepted":false})"
                "\n]}\n");
}

// What the old restore job does: .parameters[] | .Name .Value .Type
TEST(Document, IsOneJsonObjectForOldReaders) {
  for (const auto& parameters :
       {std::vector<Parameter>{}, std::vector{full_parameter(), plain_parameter("/app/dev/a")}}) {
    const auto json = boost::json::parse(encode(parameters, {}).text);
    EXPECT_EQ(json.at("environment").as_string(), "dev");
    EXPECT_EQ(json.at("parameter_count").as_int64(), std::ssize(parameters));
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const auto& record = json.at("parameters").as_array().at(i);
      EXPECT_EQ(record.at("Name").as_string(), parameters[i].name.str());
      EXPECT_EQ(std::string_view(record.at("Value").as_string()), parameters[i].value.reveal());
      EXPECT_EQ(record.at("Type").as_string(), parameters[i].type);
    }
  }
}

TEST(Document, ComesBackWhateverTheChunks) {
  const std::vector parameters{plain_parameter("/app/dev/z", "]}\\\""), full_parameter(),
                               plain_parameter("/app/dev/big", std::string(8000, '\n'))};
  const Encoded encoded = encode(parameters, {denied()});
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, encoded.text.size()}) {
    SCOPED_TRACE(step);
    const Decoded decoded = decode(encoded.text, step);
    ASSERT_TRUE(decoded.summary) << decoded.summary.error().what;
    ASSERT_EQ(decoded.records.size(), parameters.size());
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      EXPECT_TRUE(equal(decoded.records[i].record.parameter, parameters[i]));
      EXPECT_EQ(decoded.records[i].place, encoded.places[i]);
    }
    EXPECT_EQ(decoded.summary->header.format, kFormat);
    EXPECT_EQ(decoded.summary->header.id, header().id);
    EXPECT_EQ(decoded.summary->header.scope, header().scope);
    EXPECT_EQ(decoded.summary->header.account, header().account);
    EXPECT_EQ(decoded.summary->sha256, encoded.sha256);
    EXPECT_THAT(decoded.summary->errors, ElementsAre(denied().name));
  }
}

TEST(Document, OldOnesAreRead) {
  const std::string old = R"({
  "backup_date": "2025-09-04", "backup_timestamp": "20250904_014349", "environment": "dev",
  "parameter_count": 2,
  "parameters": [
    { "Name": "/app/dev/a", "Type": "String", "Value": "x", "Version": 3, "DataType": "text",
      "LastModifiedDate": "2025-08-30T10:11:12.345000+09:00", "ARN": "arn:aws:ssm:r:1:p" },
    {"Name": "/app/dev/b", "Type": "String", "Value": "y"}
  ]
})";
  for (const std::size_t step : {1U, 1000U}) {
    const Decoded decoded = decode(old, step);
    ASSERT_TRUE(decoded.summary) << decoded.summary.error().what;
    EXPECT_FALSE(decoded.summary->header.format);
    EXPECT_EQ(to_timestamp(decoded.summary->header.id.time), "20250904_014349");
    ASSERT_EQ(decoded.records.size(), 2U);
    EXPECT_EQ(decoded.records[0].record.parameter.version, 3);
    EXPECT_EQ(old.substr(decoded.records[1].place.offset, decoded.records[1].place.length),
              R"({"Name": "/app/dev/b", "Type": "String", "Value": "y"})");
  }
}

TEST(Document, EveryCutIsNoticed) {
  const std::string text = encode({plain_parameter("/a")}, {denied()}).text;
  for (std::size_t length = 0; length + 1 < text.size(); ++length) {
    const Decoded decoded = decode(std::string_view(text).substr(0, length), 16);
    ASSERT_FALSE(decoded.summary) << "cut to " << length << " bytes";
    EXPECT_EQ(decoded.summary.error().kind, ErrorKind::corrupt);
  }
}

TEST(Document, DefectsAreNamedWithTheirPlace) {
  const std::string record = R"({"Name":"/a","Type":"String","Value":"s3cret"})";
  const std::string start = R"({"format": 1, "backup_date": "2026-11-22", )"
                            R"("backup_timestamp": "20261122_130001", "environment": "dev", )"
                            R"("region": "us-west-2", "parameters": [)";
  const std::string end = R"(], "parameter_count": 1, "errors": []})";
  const struct {
    const char* name;
    std::string text;
    const char* says;
  } rows[] = {
      {"a name twice", start + record + "," + record + end, "holds /a twice"},
      {"a count too small", start + end, "states 1 parameter and holds 0"},
      {"a newer format", R"({"format": 2, "parameters": []})", "format is 2"},
      {"format not first", R"({"environment": "dev", "format": 1, "parameters": []})",
       "does not begin with its format"},
      {"no parameters", R"({"environment": "dev"})", "has no parameters"},
      {"parameters an object", R"({"parameters": {}})", "parameters that are no list (byte 15)"},
      {"a record that is a text", start + "\"x\"" + end, "something else than a record"},
      {"a list closed by a brace", start + record + "}", "no comma behind a record"},
      {"a comma before the end", start + record + "," + end, "something else than a record"},
      {"brackets crossed", start + R"({"Name":[}])" + end, "not well-formed"},
      {"bytes behind", start + record + end + "\n x", "bytes behind its end (byte"},
      {"parameters twice", R"({"parameters": [], "parameters": []})", "member parameters twice"},
      {"no errors", start + record + R"(], "parameter_count": 1})", "has no errors"},
      {"a member that is no JSON", R"({"x": nul, "parameters": []})", "not well-formed"},
      {"a member without value", R"({"x": , "parameters": []})", "not well-formed"},
      {"not JSON at all", "<html>", "is no JSON object (byte 0)"},
      {"nested too deep", R"({"x": )" + std::string(100, '[') + std::string(100, ']') + "}",
       "not well-formed"},
      {"a key with an escape", R"({"par\u0061meters": []})", "a key with an escape"},
      {"an endless key", "{\"" + std::string(2000, 'k'), "a key that is too long"},
      {"a huge record", start + "{\"" + std::string(17 << 20, 'x'), "too large"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const Decoded decoded = decode(row.text, 1 << 20);
    ASSERT_FALSE(decoded.summary);
    EXPECT_EQ(decoded.summary.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(decoded.summary.error().what, HasSubstr(row.says));
    EXPECT_EQ(decoded.summary.error().what.find("s3cret"), std::string::npos);
  }
}

TEST(Document, AnErrorOfTheReceiverEndsTheReading) {
  int calls = 0;
  DocumentDecoder decoder([&calls](const DocumentRecord&) -> Result<void> {
    ++calls;
    return fail(ErrorKind::local_io, "disk full");
  });
  const std::string text = encode({plain_parameter("/a"), plain_parameter("/b")}, {}).text;
  EXPECT_EQ(decoder.feed(text).error().what, "disk full");
  EXPECT_EQ(decoder.feed("x").error().what, "disk full");
  EXPECT_EQ(decoder.finish().error().kind, ErrorKind::local_io);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace ssmb::snapshot
