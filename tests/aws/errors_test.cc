#include <gmock/gmock.h>

#include "aws/client.h"
#include "tests/support/scripted_transport.h"

namespace ssmb::aws {
namespace {

using testing::HasSubstr;
using testing::Not;

Operation operation(Service service = Service::ssm, const char* region = "us-west-2") {
  return {.service = service, .name = "ssm:GetParameters", .region = Region(region)};
}

TEST(Errors, KindFollowsFromCodeAndStatus) {
  using enum ErrorKind;
  struct Row {
    const char* code;
    int status;
    ErrorKind kind;
  };
  const Row rows[] = {
      {"ThrottlingException", 400, throttled},
      {"Throttling", 400, throttled},
      {"ThrottledException", 400, throttled},
      {"RequestLimitExceeded", 503, throttled},
      {"SlowDown", 503, throttled},
      {"TooManyUpdates", 400, throttled},
      {"", 429, throttled},
      {"InternalServerError", 500, transient},
      {"InternalServerError", 400, transient},
      {"RequestTimeout", 400, transient},
      {"OperationAborted", 409, transient},
      {"", 500, transient},
      {"", 502, transient},
      {"Whatever", 503, transient},
      {"", 504, transient},
      {"NotImplemented", 501, invalid},
      {"ExpiredTokenException", 400, credentials},
      {"ExpiredToken", 400, credentials},
      {"UnrecognizedClientException", 400, credentials},
      {"InvalidClientTokenId", 403, credentials},
      {"InvalidAccessKeyId", 403, credentials},
      {"SignatureDoesNotMatch", 403, credentials},
      {"InvalidSignatureException", 400, credentials},
      {"RequestTimeTooSkewed", 403, credentials},
      {"MissingAuthenticationToken", 403, credentials},
      {"AccessDeniedException", 400, denied},
      {"AccessDenied", 403, denied},
      {"", 403, denied},
      {"ParameterNotFound", 400, not_found},
      {"ParameterVersionNotFound", 400, not_found},
      {"InvalidResourceId", 400, not_found},
      {"NoSuchKey", 404, not_found},
      {"NoSuchBucket", 404, configuration},
      {"NoSuchUpload", 404, not_found},
      {"", 404, not_found},
      {"UnknownOperationException", 404, invalid},
      {"ParameterAlreadyExists", 400, conflict},
      {"PreconditionFailed", 412, conflict},
      {"BucketAlreadyOwnedByYou", 409, conflict},
      {"BucketAlreadyExists", 409, conflict},
      {"ConditionalRequestConflict", 409, conflict},
      {"", 304, conflict},
      {"", 412, conflict},
      {"InvalidNextToken", 400, invalid},
      {"ValidationException", 400, invalid},
      {"HierarchyTypeMismatchException", 400, invalid},
      {"", 301, invalid},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string(row.code) + " " + std::to_string(row.status));
    const Error error = to_error(operation(), row.status, {row.code, "words", "r-1"});
    EXPECT_EQ(error.kind, row.kind);
    EXPECT_EQ(error.fault, (ServiceFault{"ssm:GetParameters", "us-west-2", row.code, "words", "r-1",
                                         row.status}));
  }
  Operation put = operation(Service::s3);
  put.transient_codes = {"ConditionalRequestConflict"};
  EXPECT_EQ(to_error(put, 409, {"ConditionalRequestConflict", "", ""}).kind, transient);
  EXPECT_EQ(to_error(put, 409, {"", "", ""}).kind, conflict);
}

TEST(Errors, AdviseWhatToDo) {
  struct Row {
    const char* name;
    Service service;
    const char* region;
    const char* code;
    int status;
    const char* message;
    const char* next;
  };
  const Row rows[] = {
      {"expired", Service::ssm, "us-west-2", "ExpiredTokenException", 400,
       "The security token included in the request is expired", "the session has expired"},
      {"opt-in Region", Service::ssm, "ap-east-1", "UnrecognizedClientException", 400,
       "The security token included in the request is invalid.", "ap-east-1 must be enabled"},
      {"unknown key", Service::ssm, "us-west-2", "UnrecognizedClientException", 400, "",
       "does not know this access key"},
      {"clock", Service::ssm, "us-west-2", "InvalidSignatureException", 400,
       "Signature expired: 20150830T123600Z is now earlier than ...", "set this machine's clock"},
      {"skew", Service::s3, "us-west-2", "RequestTimeTooSkewed", 403, "",
       "set this machine's clock"},
      {"secret", Service::s3, "us-west-2", "SignatureDoesNotMatch", 403, "",
       "the secret key does not belong"},
      {"plain denial", Service::ssm, "us-west-2", "AccessDeniedException", 400,
       "User: arn:aws:iam::1:user/x is not authorized to perform: ssm:GetParameters on resource: r",
       "allow ssm:GetParameters to this identity"},
      {"SCP", Service::ssm, "us-west-2", "AccessDeniedException", 400,
       "not authorized to perform: ssm:GetParameters with an explicit deny in a service control "
       "policy",
       "an explicit deny of ssm:GetParameters stands in a service control policy (SCP) of the "
       "organization: ask the organization's administrator to take it away"},
      {"no SCP", Service::ssm, "us-west-2", "AccessDeniedException", 400,
       "because no service control policy allows the ssm:GetParameters action",
       "ask the organization's administrator to allow ssm:GetParameters in the service control"},
      {"boundary", Service::ssm, "us-west-2", "AccessDeniedException", 400,
       "because no permissions boundary allows the ssm:GetParameters action",
       "allow ssm:GetParameters in the permissions boundary"},
      {"session policy", Service::ssm, "us-west-2", "AccessDeniedException", 400,
       "because no session policy allows the ssm:GetParameters action", "in the session policy"},
      {"key policy", Service::ssm, "us-west-2", "AccessDeniedException", 400,
       "not authorized to perform: kms:Decrypt on resource: arn:aws:kms:us-west-2:1:key/2 because "
       "no resource-based policy allows the kms:Decrypt action",
       "allow kms:Decrypt in the resource-based policy"},
      {"key", Service::ssm, "us-west-2", "AccessDeniedException", 400,
       "arn:aws:kms:us-west-2:1:key/2: not authorized to perform: kms:Decrypt",
       "allow kms:Decrypt on the key"},
      {"a key that is not ours", Service::ssm, "us-west-2", "AccessDeniedException", 400,
       "The ciphertext refers to a customer master key that does not exist",
       "allow kms:Decrypt on the key"},
      {"a key's ARN is no action", Service::ssm, "us-west-2", "AccessDeniedException", 400,
       "arn:aws:kms:us-west-2:1:key/2", "allow ssm:GetParameters to"},
      {"disabled key", Service::ssm, "us-west-2", "InvalidKeyId", 400, "", "is the KMS key there"},
      {"no bucket", Service::s3, "us-west-2", "NoSuchBucket", 404, "",
       "one for copies only where it has `copy: {region: R}`"},
      {"bucket elsewhere", Service::s3, "us-west-2", "PermanentRedirect", 301, "",
       "another Region"},
      {"another's bucket", Service::s3, "us-west-2", "AccessDenied", 403, "Access Denied",
       "owner="},
      {"a page in place of an answer", Service::s3, "us-west-2", "", 403, "<html>log in</html>",
       "a proxy in the way"},
      {"a refusal without a body", Service::s3, "us-west-2", "", 403, "", "to this identity"},
      {"a failure", Service::ssm, "us-west-2", "InternalServerError", 500, "", "run again"},
      {"a refusal", Service::ssm, "us-west-2", "ValidationException", 400, "", "report it"},
      {"nothing to say", Service::s3, "us-west-2", "PreconditionFailed", 412, "", ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Error error =
        to_error(operation(row.service, row.region), row.status, {row.code, row.message, ""});
    if (std::string_view(row.next).empty()) {
      EXPECT_EQ(error.next, "");
    } else {
      EXPECT_THAT(error.next, HasSubstr(row.next));
    }
  }
}

TEST(Errors, CutTheServicesWordsAndHideControlCharacters) {
  const Error error = to_error(operation(), 400, {"X", "\x1b[31m" + std::string(1000, 'a'), ""});
  EXPECT_THAT(error.fault->message, testing::StartsWith("\\x1b[31maaa"));
  EXPECT_EQ(error.fault->message.size(), 403U);
}

TEST(Errors, NeverQuoteTheValueOfTheRequest) {
  Operation put = operation();
  const std::string value = "hunter2" + std::string(500, 'x');
  put.secrets = {value};
  const Error quoted =
      to_error(put, 400,
               {"ValidationException", "Value '" + value + "' at 'value' and '" + value + "'", ""});
  EXPECT_EQ(quoted.fault->message, "Value '(value)' at 'value' and '(value)'");
  const Error page = to_error(put, 400, {"", "<html>hunter2", ""});
  EXPECT_THAT(to_line(page), Not(HasSubstr("hunter2")));
}

TEST(Refusals, AreReadFromJson) {
  using Named = std::vector<std::pair<std::string, std::string>>;
  struct Row {
    const char* name;
    const char* body;
    Named headers;
    Refusal refusal;
  };
  const Row rows[] = {
      {"SSM",
       R"({"__type":"ParameterNotFound"})",
       {{"x-amzn-RequestId", "r-1"}},
       {"ParameterNotFound", "", "r-1"}},
      {"with a namespace",
       R"({"__type":"com.amazon.coral.service#AccessDeniedException","Message":"no"})",
       {},
       {"AccessDeniedException", "no", ""}},
      {"header",
       R"({"message":"slow"})",
       {{"x-amzn-ErrorType", "ThrottlingException:http://x/"}},
       {"ThrottlingException", "slow", ""}},
      {"message is null", R"({"__type":"X","message":null,"Message":"M"})", {}, {"X", "M", ""}},
      {"HTML", "  <html>\n<b>502</b>", {}, {"", "<html>\\n<b>502</b>", ""}},
      {"a list", "[1]", {}, {"", "[1]", ""}},
      {"empty", "", {}, {"", "", ""}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Refusal refusal = parse_json_refusal(answer(400, row.body, row.headers));
    EXPECT_EQ(refusal.code, row.refusal.code);
    EXPECT_EQ(refusal.message, row.refusal.message);
    EXPECT_EQ(refusal.request_id, row.refusal.request_id);
  }
  EXPECT_EQ(parse_json_refusal(answer(400, std::string(200, 'a'))).message,
            std::string(80, 'a') + "...");
}

TEST(Refusals, AreReadFromXml) {
  using Named = std::vector<std::pair<std::string, std::string>>;
  struct Row {
    const char* name;
    int status;
    const char* body;
    Named headers;
    Refusal refusal;
  };
  const Row rows[] = {
      {"S3",
       404,
       "<?xml version=\"1.0\"?>\n<Error><Code>NoSuchKey</Code><Message>a &lt; "
       "b</Message><RequestId>R</RequestId></Error>",
       {{"x-amz-request-id", "R"}, {"x-amz-id-2", "H/h="}},
       {"NoSuchKey", "a < b", "R (id-2 H/h=)"}},
      {"query",
       403,
       "<ErrorResponse "
       "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</"
       "Type><Code>InvalidClientTokenId</Code><Message>m</Message></Error><RequestId>q-1</"
       "RequestId></ErrorResponse>",
       {},
       {"InvalidClientTokenId", "m", "q-1"}},
      {"HEAD", 404, "", {{"x-amz-request-id", "R"}}, {"", "", "R"}},
      {"cut", 400, "<Error><Code>X</Code>", {}, {"", "<Error><Code>X</Code>", ""}},
      {"HTML",
       502,
       "<html><body>Bad Gateway</body></html>",
       {},
       {"", "<html><body>Bad Gateway</body></html>", ""}},
      {"another Region",
       301,
       "<Error><Code>PermanentRedirect</Code><Message>m</Message></Error>",
       {{"x-amz-bucket-region", "eu-west-1"}},
       {"PermanentRedirect", "m (the bucket's Region: eu-west-1)", ""}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Refusal refusal = parse_xml_refusal(answer(row.status, row.body, row.headers));
    EXPECT_EQ(refusal.code, row.refusal.code);
    EXPECT_EQ(refusal.message, row.refusal.message);
    EXPECT_EQ(refusal.request_id, row.refusal.request_id);
  }
}

}  // namespace
}  // namespace ssmb::aws
