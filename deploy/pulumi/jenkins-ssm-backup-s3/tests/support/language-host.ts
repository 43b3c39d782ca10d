// Runs the program as `pulumi up` does: Pulumi's own launcher compiles index.ts in a process of its
// own and speaks gRPC to an engine. The engine here answers with the mocks, and records.
import { spawn } from "node:child_process";

import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import {
  GetRootResourceResponse,
  LogRequest,
  LogSeverity,
  SetRootResourceResponse,
} from "@pulumi/pulumi/proto/engine_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  RegisterResourceOutputsRequest,
  SupportsFeatureRequest,
  SupportsFeatureResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { mocksThatTell, Seen, spyOn } from "./recording";
import { FOLDER } from "./stack-file";

export interface Launched extends Seen {
  readonly exitCode: number | null;
  readonly errors: readonly string[]; // and warnings, as Pulumi would show them
  readonly printed: string;
  readonly outputs: unknown;
}

type Call = grpc.ServerUnaryCall<unknown, unknown>;
type Reply = grpc.sendUnaryData<unknown>;

class Engine {
  readonly seen: Seen = { resources: [], calls: [] };
  readonly errors: string[] = [];
  outputs: unknown;
  private readonly server = new grpc.Server();

  constructor() {
    const monitor = new MockMonitor(mocksThatTell(this.seen));
    spyOn(monitor, this.seen);
    this.server.addService(ResourceMonitorService, {
      supportsFeature: ({ request }: Call, reply: Reply) => {
        const has = (request as SupportsFeatureRequest).getId() !== "outputValues";
        reply(null, new SupportsFeatureResponse().setHassupport(has));
      },
      registerResource: ({ request }: Call, reply: Reply) => void monitor.registerResource(request, reply),
      invoke: ({ request }: Call, reply: Reply) => void monitor.invoke(request, reply),
      registerResourceOutputs: ({ request }: Call, reply: Reply) => {
        this.take(request as RegisterResourceOutputsRequest);
        reply(null, new Empty());
      },
      signalAndWaitForShutdown: (_: Call, reply: Reply) => {
        reply(null, new Empty());
      },
    });
    this.server.addService(EngineService, {
      log: ({ request }: Call, reply: Reply) => {
        const entry = request as LogRequest;
        if (entry.getSeverity() >= LogSeverity.WARNING) this.errors.push(entry.getMessage().trim());
        reply(null, new Empty());
      },
      getRootResource: (_: Call, reply: Reply) => {
        reply(null, new GetRootResourceResponse());
      },
      setRootResource: (_: Call, reply: Reply) => {
        reply(null, new SetRootResourceResponse());
      },
    });
  }

  private take(request: RegisterResourceOutputsRequest): void {
    if (!request.getUrn().includes("::pulumi:pulumi:Stack::")) return;
    this.outputs = request.getOutputs()?.toJavaScript();
  }

  listen(): Promise<number> {
    const credentials = grpc.ServerCredentials.createInsecure();
    return new Promise((resolve, reject) => {
      this.server.bindAsync("127.0.0.1:0", credentials, (error, port) => {
        if (error) reject(error);
        else resolve(port);
      });
    });
  }

  close(): void {
    this.server.forceShutdown();
  }
}

function start(
  port: number,
  config: Record<string, string>,
): Promise<{ exitCode: number | null; printed: string }> {
  const address = `127.0.0.1:${String(port)}`;
  const launcher = require.resolve("@pulumi/pulumi/cmd/run");
  const flags = [
    `--monitor=${address}`,
    `--engine=${address}`,
    "--project=jenkins-ssm-backup-s3",
    "--stack=dev",
  ];
  const args = [launcher, ...flags, `--pwd=${FOLDER}`, "--parallel=16", "."];
  const env = { ...process.env, PULUMI_NODEJS_TYPESCRIPT: "true", PULUMI_CONFIG: JSON.stringify(config) };
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (printed += String(part)));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => {
      resolve({ exitCode, printed });
    });
  });
}

export async function launch(config: Record<string, string>): Promise<Launched> {
  const engine = new Engine();
  try {
    const ended = await start(await engine.listen(), config);
    return { ...ended, ...engine.seen, errors: engine.errors, outputs: engine.outputs };
  } finally {
    engine.close();
  }
}
