// Holds Kubernetes objects, a list as JSON on standard input, against the schemas of the Kubernetes API and of the
// Prometheus operator that npm's kubernetes-models ship, and prints one line a fault. The schemas allow fields that
// they do not know, as the API does, which drops them; so what a schema never looked at is a fault as well.
"use strict";

const path = require("path");

// A view of `value` that notes which fields are looked at.
function watched(value, where, seen) {
  if (value === null || typeof value !== "object") return value;
  return new Proxy(value, {
    get(target, key) {
      const item = target[key];
      if (typeof key !== "string" || !Object.prototype.hasOwnProperty.call(target, key)) return item;
      seen.add(`${where}/${key}`);
      return watched(item, `${where}/${key}`, seen);
    },
  });
}

function* fieldsOf(value, where) {
  if (value === null || typeof value !== "object") return;
  for (const key of Object.keys(value)) {
    yield `${where}/${key}`;
    yield* fieldsOf(value[key], `${where}/${key}`);
  }
}

function validatorOf(object) {
  const [group, version] = object.apiVersion.includes("/") ? object.apiVersion.split("/") : ["core", object.apiVersion];
  const pascal = (word) => word.charAt(0).toUpperCase() + word.slice(1);
  const operator = group === "monitoring.coreos.com";
  const folder = operator ? "@kubernetes-models/prometheus-operator" : "kubernetes-models";
  const api = operator
    ? "ComGithubPrometheusOperatorPrometheusOperatorPkgApisMonitoring"
    : `IoK8sApi${pascal(group.split(".")[0])}`;
  const file = path.join(__dirname, "../../node_modules", folder, "_schemas", `${api}${pascal(version)}${object.kind}`);
  try {
    return require(file).validate;
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    return null;
  }
}

for (const object of JSON.parse(require("fs").readFileSync(0, "utf8"))) {
  const name = `${object.kind} ${object.metadata.name}`;
  const validate = validatorOf(object);
  if (validate === null) {
    console.log(`${name}: ${object.apiVersion} has no such kind`);
    continue;
  }
  const seen = new Set();
  if (!validate(watched(object, "", seen))) {
    for (const error of validate.errors) console.log(`${name}: ${error.instancePath || "/"} ${error.keyword}`);
  }
  for (const field of fieldsOf(object, "")) {
    const parent = field.slice(0, field.lastIndexOf("/"));
    if (!seen.has(field) && (parent === "" || seen.has(parent))) console.log(`${name}: ${field} is not known`);
  }
}
