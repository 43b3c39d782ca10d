// The files that are committed beside the program.
import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { test } from "node:test";

import { run } from "./support/run";
import { FOLDER, readProject, readStackFile } from "./support/stack-file";

for (const environment of ["dev", "prod"]) {
  test(`stack files: Pulumi.${environment}.yaml makes ${environment}'s buckets`, async () => {
    const { outputs } = await run(readStackFile(path.join(FOLDER, `Pulumi.${environment}.yaml`)));
    const bucket = `jenkins-infra-ssm-backup-${environment}-123456789012-`;
    assert.deepEqual(outputs, {
      bucketMap: { "ap-northeast-1": `${bucket}ap-northeast-1`, "us-west-2": `${bucket}us-west-2` },
      bucketNameOutput: `${bucket}ap-northeast-1`,
      bucketArn: `arn:aws:s3:::${bucket}ap-northeast-1`,
      ssmBackupBucketParameter: `/jenkins/${environment}/backup/s3-bucket-name`,
    });
  });
}

// Both are part of every URN and key in states and files that exist already.
test("stack files: the project's name and aws:region are those of the stack before", () => {
  const { name, runtime, config } = readProject();
  assert.equal(name, "jenkins-ssm-backup-s3");
  assert.deepEqual(config, { "aws:region": "ap-northeast-1" });
  assert.deepEqual(runtime, { name: "nodejs", options: { typescript: true } });
});

test("stack files: what print.js shows is what the program registers", async () => {
  const file = path.join(FOLDER, "Pulumi.dev.yaml");
  const program = path.join(__dirname, "support", "print.js");
  const printed: unknown = JSON.parse(execFileSync(process.execPath, [program, file], { encoding: "utf8" }));
  const { resources, outputs } = await run(readStackFile(file));
  assert.deepEqual(printed, { resources, outputs });
});
