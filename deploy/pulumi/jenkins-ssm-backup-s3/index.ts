// Buckets and metadata for ssm-backup: README.md says how to use and change them.
import { readSettings } from "./src/config";
import { createStack } from "./src/stack";

export = createStack(readSettings());
