#ifndef CHIPLINE_SERVICES_SERVER_SERVICE_NAMES_H_
#define CHIPLINE_SERVICES_SERVER_SERVICE_NAMES_H_

#include <string>
#include <vector>

namespace chipline::server {

// The full names of the services that the server serves, without reflection's own.
std::vector<std::string> ServiceNames();

// The methods whose calls are counted, each as "SERVICE/METHOD": those of Chipline's own services,
// and what clients ask of a server's health.
std::vector<std::string> CountedMethods();

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_SERVICE_NAMES_H_
