// Typed calls to Parameter Store in one Region. JSON 1.1, signing name "ssm".
//
// Every call takes a CallScope and returns an Error that names operation, Region, code and request
// id. Retries happen inside (Session::retry). More names, tags or labels than the service takes are
// refused here (kind internal: the caller must split them); none at all is no call.
// Listings page by page: paging.h. Facts: AWS Systems Manager API reference.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "aws/client.h"
#include "aws/ssm/types.h"

namespace ssmb::aws::ssm {

class Client {
 public:
  Client(Session& session, Region region) : session_(session), region_(std::move(region)) {}

  // One page of at most 50. A page may be short or empty: only an empty next_token ends.
  ResultTask<MetadataPage> describe_parameters(std::vector<Filter> filters, std::string next_token,
                                               CallScope scope);
  // At most 10 names (or "name:version", "name:label"); decrypted.
  ResultTask<ValueBatch> get_parameters(std::vector<std::string> names, CallScope scope);
  ResultTask<Value> get_parameter(std::string name, CallScope scope);
  // One page of at most 10; recursive.
  ResultTask<ValuePage> get_parameters_by_path(std::string path, Decryption decryption,
                                               std::string next_token, CallScope scope);
  // One page of at most 50 versions.
  ResultTask<HistoryPage> get_parameter_history(ParameterName name, Decryption decryption,
                                                std::string next_token, CallScope scope);
  ResultTask<std::vector<Tag>> list_tags(ParameterName name, CallScope scope);
  // A put whose answer was lost is not sent again (an overwrite would make another version): the
  // caller reads back. The error never quotes the value.
  ResultTask<PutResult> put_parameter(PutRequest request, CallScope scope);
  ResultTask<void> add_tags(ParameterName name, std::vector<Tag> tags, CallScope scope);
  ResultTask<void> remove_tags(ParameterName name, std::vector<std::string> keys, CallScope scope);
  // At most 10. After a lost answer, names that the first try deleted come back as invalid.
  ResultTask<DeleteResult> delete_parameters(std::vector<ParameterName> names, CallScope scope);
  ResultTask<LabelResult> label_version(ParameterName name, ParameterVersion version,
                                        std::vector<std::string> labels, CallScope scope);
  // Returns the labels that were not there; after a lost answer also those the first try removed.
  ResultTask<std::vector<std::string>> unlabel_version(ParameterName name, ParameterVersion version,
                                                       std::vector<std::string> labels,
                                                       CallScope scope);
  // These two tell of facts beside the parameters: a stand-in that does not know them is not asked
  // again (Operation::Codeless).
  ResultTask<ServiceSetting> get_service_setting(std::string setting_id, CallScope scope);
  // All pages. Of an Advanced parameter's ARN.
  ResultTask<std::vector<ResourcePolicy>> get_resource_policies(Arn arn, CallScope scope);

  const Region& region() const { return region_; }
  Session& session() const { return session_; }

 private:
  Session& session_;
  Region region_;
};

}  // namespace ssmb::aws::ssm
