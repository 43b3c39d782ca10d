// What a program registers, as the engine would see it: inputs, and the options that Pulumi's mocks
// keep to themselves.
import * as pulumi from "@pulumi/pulumi";

export const ACCOUNT = "123456789012";

export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly inputs: Record<string, unknown>;
  readonly parent: string; // the name of the component above it; "": the stack
  readonly dependsOn: readonly string[]; // names, sorted
  readonly aliases: readonly string[]; // names at the stack's root
  readonly provider: string; // the name of an explicit one; "": the default provider
  readonly retainOnDelete: boolean;
  readonly protect: boolean;
}

export interface Seen {
  readonly resources: Registered[]; // without the stack itself, in the order of registration
  readonly calls: string[]; // functions of providers
}

// The part of the protocol that is looked at.
interface Alias {
  readonly urn?: string;
  readonly spec?: { readonly name: string; readonly type: string; readonly noparent?: boolean };
}
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getRetainondelete(): boolean;
  getProtect(): boolean;
  getDependenciesList(): string[];
  getAliasesList(): { toObject(): Alias }[];
  getObject(): { toJavaScript(): Record<string, unknown> };
}
type Reply = (error: unknown, response?: { getUrn(): string }) => void;
export interface Monitor {
  registerResource(request: Request, reply: Reply): Promise<void>;
}

function partitionOf(region: unknown): string {
  if (String(region).startsWith("cn-")) return "aws-cn";
  return String(region).startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

// What AWS would answer, as far as the program looks at it.
function answer(args: pulumi.runtime.MockResourceArgs): pulumi.runtime.MockResourceResult {
  const inputs = args.inputs as Record<string, unknown>;
  if (args.type !== "aws:s3/bucket:Bucket") return { id: `${args.name}-id`, state: inputs };
  const bucket = String(inputs["bucket"]);
  return { id: bucket, state: { ...inputs, arn: `arn:${partitionOf(inputs["region"])}:s3:::${bucket}` } };
}

export function mocksThatTell(seen: Seen): pulumi.runtime.Mocks {
  return {
    newResource: answer,
    call: (args) => {
      seen.calls.push(args.token);
      return { accountId: ACCOUNT };
    },
  };
}

function nameIn(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

// The provider's own aliases, which name a type that it has renamed, say nothing of this program.
// Any other than a name at the stack's root is shown whole, for no test to expect.
function aliasesOf(request: Request): string[] {
  const aliases = request.getAliasesList().map((alias) => alias.toObject());
  const own = aliases.filter(({ spec }) => spec === undefined || spec.type === "");
  return own.map((alias) => {
    if (alias.spec?.noparent !== true) return JSON.stringify(alias);
    return alias.spec.name === "" ? request.getName() : alias.spec.name;
  });
}

function plain(inputs: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(inputs);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, pulumi.runtime.unwrapRpcSecret(value) as unknown]),
  );
}

function recorded(request: Request, urn: string): Registered {
  const parent = request.getParent();
  const [provider] = request.getProvider().split(/::[^:]*$/);
  return {
    type: request.getType(),
    name: request.getName(),
    urn,
    inputs: plain(request.getObject().toJavaScript()),
    parent: parent.includes("::pulumi:pulumi:Stack::") ? "" : nameIn(parent),
    dependsOn: request.getDependenciesList().map(nameIn).sort(),
    aliases: aliasesOf(request),
    provider: nameIn(provider ?? ""),
    retainOnDelete: request.getRetainondelete(),
    protect: request.getProtect(),
  };
}

export function spyOn(monitor: Monitor, seen: Seen): void {
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, reply) =>
    register(request, (error, response) => {
      if (response && request.getType() !== "pulumi:pulumi:Stack") {
        seen.resources.push(recorded(request, response.getUrn()));
      }
      reply(error, response);
    });
}
