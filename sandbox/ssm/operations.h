// One handler an operation; handler.cc has the table.
#pragma once

#include "sandbox/json_protocol.h"

namespace ssmb::sandbox::ssm {

// describe.cc
JsonAnswer describe_parameters(World&, const RequestContext&, const boost::json::object&);
// get.cc
JsonAnswer get_parameter(World&, const RequestContext&, const boost::json::object&);
JsonAnswer get_parameters(World&, const RequestContext&, const boost::json::object&);
JsonAnswer get_parameters_by_path(World&, const RequestContext&, const boost::json::object&);
// history.cc
JsonAnswer get_parameter_history(World&, const RequestContext&, const boost::json::object&);
// put.cc
JsonAnswer put_parameter(World&, const RequestContext&, const boost::json::object&);
// delete.cc
JsonAnswer delete_parameter(World&, const RequestContext&, const boost::json::object&);
JsonAnswer delete_parameters(World&, const RequestContext&, const boost::json::object&);
// tags.cc
JsonAnswer list_tags_for_resource(World&, const RequestContext&, const boost::json::object&);
JsonAnswer add_tags_to_resource(World&, const RequestContext&, const boost::json::object&);
JsonAnswer remove_tags_from_resource(World&, const RequestContext&, const boost::json::object&);
// labels.cc
JsonAnswer label_parameter_version(World&, const RequestContext&, const boost::json::object&);
JsonAnswer unlabel_parameter_version(World&, const RequestContext&, const boost::json::object&);
// settings.cc
JsonAnswer get_service_setting(World&, const RequestContext&, const boost::json::object&);
JsonAnswer update_service_setting(World&, const RequestContext&, const boost::json::object&);
JsonAnswer reset_service_setting(World&, const RequestContext&, const boost::json::object&);
// resource_policies.cc
JsonAnswer get_resource_policies(World&, const RequestContext&, const boost::json::object&);
JsonAnswer put_resource_policy(World&, const RequestContext&, const boost::json::object&);
JsonAnswer delete_resource_policy(World&, const RequestContext&, const boost::json::object&);

}  // namespace ssmb::sandbox::ssm
