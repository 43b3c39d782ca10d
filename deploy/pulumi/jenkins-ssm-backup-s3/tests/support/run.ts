// Runs index.ts under Pulumi's mocks.
import * as path from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { mocksThatTell, Monitor, Registered, Seen, spyOn } from "./recording";

const PROJECT = "jenkins-ssm-backup-s3";
const STACK = "dev";

// Under the keys of Pulumi.<stack>.yaml; those without a prefix are the project's own.
export type Config = Readonly<Record<string, unknown>>;

export interface Run extends Seen {
  readonly outputs: Record<string, unknown>;
}

export const ONE_REGION: Config = {
  projectName: "jenkins-infra",
  environment: "dev",
  "aws:region": "ap-northeast-1",
};

export const TWO_REGIONS: Config = {
  ...ONE_REGION,
  regions: ["ap-northeast-1", "us-west-2"],
  defaultRegion: "ap-northeast-1",
};

// As Pulumi hands the configuration to a program: scalars as text, the rest as JSON.
export function asTexts(config: Config): Record<string, string> {
  const key = (name: string) => (name.includes(":") ? name : `${PROJECT}:${name}`);
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [key(name), text(value)]));
}

// A module runs once; a program runs anew for each configuration.
function loadProgram(): unknown {
  const program = path.resolve(__dirname, "../../index.js");
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the cache is keyed by path
  delete require.cache[program];
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import` would not run it anew
  return require(program);
}

async function prepare(config: Config): Promise<Seen> {
  const seen = { resources: [], calls: [] };
  pulumi.runtime.setAllConfig(asTexts(config));
  await pulumi.runtime.setMocks(mocksThatTell(seen), PROJECT, STACK);
  spyOn(pulumi.runtime.getMonitor() as unknown as Monitor, seen);
  return seen;
}

function resolved(outputs: Record<string, unknown>): Promise<Record<string, unknown>> {
  return new Promise((resolve) => void pulumi.output(outputs).apply(resolve));
}

export async function run(config: Config): Promise<Run> {
  const seen = await prepare(config);
  const exported: unknown = await pulumi.runtime.runInPulumiStack(() => Promise.resolve(loadProgram()));
  await pulumi.runtime.disconnect();
  return { ...seen, outputs: await resolved(exported as Record<string, unknown>) };
}

export interface Refusal extends Seen {
  readonly error: unknown; // undefined: it was not refused
}

export async function runRefused(config: Config): Promise<Refusal> {
  const seen = await prepare(config);
  let error: unknown;
  try {
    loadProgram();
  } catch (thrown) {
    error = thrown;
  }
  await pulumi.runtime.disconnect();
  return { ...seen, error };
}

export function resourceNamed(run: Seen, name: string): Registered {
  const found = run.resources.filter((resource) => resource.name === name);
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new Error(`${String(found.length)} resources named ${name}`);
  return only;
}

// A component and, sorted by name, what lies in it; without the URN, which the engine computes.
export function componentNamed(seen: Seen, component: string): Omit<Registered, "urn">[] {
  const below = seen.resources.filter(({ parent }) => parent === component);
  below.sort((a, b) => (a.name < b.name ? -1 : 1));
  return [resourceNamed(seen, component), ...below].map(
    ({ type, name, inputs, parent, dependsOn, aliases, provider, retainOnDelete, protect }) => ({
      ...{ type, name, inputs, parent, dependsOn, aliases, provider, retainOnDelete, protect },
    }),
  );
}
