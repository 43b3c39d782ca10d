// A stack's configuration as Pulumi puts it together: the project's, and over it the stack's own.
import { readFileSync } from "node:fs";
import * as path from "node:path";

import { parse } from "yaml";

import { Config } from "./run";

export const FOLDER = path.resolve(__dirname, "../../..");

export interface Project {
  readonly name: string;
  readonly runtime: unknown;
  readonly config: Config;
}

export function readProject(): Project {
  return parse(readFileSync(path.join(FOLDER, "Pulumi.yaml"), "utf8")) as Project;
}

export function readStackFile(file: string): Config {
  const stack = parse(readFileSync(file, "utf8")) as { config: Config };
  return { ...readProject().config, ...stack.config };
}
