#ifndef CHIPLINE_SERVICES_ADMIN_CLUSTER_STATE_H_
#define CHIPLINE_SERVICES_ADMIN_CLUSTER_STATE_H_

#include "absl/time/time.h"

#include "chipline/v1/admin_service.pb.h"
#include "storage/jetstream/cluster_watch.h"

namespace chipline::admin {

// How the cluster does as a message, without what the node is configured to be. Pure.
v1::GetClusterResponse ToClusterResponse(const jetstream::ClusterState& state, absl::Time now);

}  // namespace chipline::admin

#endif  // CHIPLINE_SERVICES_ADMIN_CLUSTER_STATE_H_
