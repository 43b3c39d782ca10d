// The option `copy`: one more bucket, from which nothing expires, in another Region or account.
import * as assert from "node:assert/strict";
import { test } from "node:test";

import { changes } from "./support/changes";
import { ABORT_RULE, expectedBucket, expectedPolicy } from "./support/expected";
import { componentNamed, resourceNamed, run, TWO_REGIONS } from "./support/run";

const OWN = {
  component: "ssm-backup-copy-eu-west-1",
  bucket: "jenkins-infra-ssm-backup-dev-123456789012-eu-west-1-copy",
  region: "eu-west-1",
};
const THEIRS = {
  component: "ssm-backup-copy-999988887777-us-west-2",
  bucket: "jenkins-infra-ssm-backup-dev-123456789012-us-west-2-copy",
  region: "us-west-2",
  provider: "ssm-backup-copy-999988887777",
};
const KEEPS_ALL = { lifecycle: { rules: [ABORT_RULE] } };
const ROLE = "arn:aws:iam::999988887777:role/copy/maker";
const WRITERS = ["arn:aws:iam::123456789012:role/backup", "arn:aws:iam::123456789012:user/operator"];
const IN_OTHER_ACCOUNT = { region: "us-west-2", roleArn: ROLE, writers: WRITERS };

function policyOpenTo(writers: string[]): string {
  const arn = `arn:aws:s3:::${THEIRS.bucket}`;
  const policy = JSON.parse(expectedPolicy(arn)) as { Statement: object[] };
  const [Effect, Principal] = ["Allow", { AWS: writers }];
  const Action = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"];
  const ofBucket = ["s3:GetEncryptionConfiguration", "s3:ListBucket"];
  policy.Statement.push(
    { Sid: "AllowCopiesToBeAdded", Effect, Principal, Action, Resource: `${arn}/*` },
    { Sid: "AllowCopiesToBeListed", Effect, Principal, Action: ofBucket, Resource: arn },
  );
  return JSON.stringify(policy);
}

test("copy: in another Region of the same account", async () => {
  const on = await run({ ...TWO_REGIONS, copy: { region: "eu-west-1" } });
  const expected = expectedBucket({ ...OWN, but: KEEPS_ALL });
  assert.deepEqual(componentNamed(on, OWN.component), expected);
  const { added, removed, changed } = changes(await run(TWO_REGIONS), on);
  assert.deepEqual(
    { added, removed, changed },
    { added: expected.map(({ name }) => name), removed: [], changed: {} },
  );
});

test("copy: in another account, by a provider of its own", async () => {
  const on = await run({ ...TWO_REGIONS, copy: IN_OTHER_ACCOUNT });
  const expected = expectedBucket({
    ...THEIRS,
    but: { ...KEEPS_ALL, policy: { policy: policyOpenTo(WRITERS) } },
  });
  const [component, ...below] = componentNamed(on, THEIRS.component);
  assert.deepEqual([{ ...component, provider: THEIRS.provider }, ...below], expected);
  const { added, removed, changed } = changes(await run(TWO_REGIONS), on);
  const names = [THEIRS.provider, ...expected.map(({ name }) => name)].sort();
  assert.deepEqual({ added, removed, changed }, { added: names, removed: [], changed: {} });
});

test("copy: that provider takes the role, in that account only", async () => {
  const on = await run({ ...TWO_REGIONS, copy: IN_OTHER_ACCOUNT });
  const { type, inputs, parent } = resourceNamed(on, THEIRS.provider);
  assert.equal(type, "pulumi:providers:aws");
  assert.equal(parent, "");
  assert.equal(inputs["region"], "us-west-2");
  assert.deepEqual(JSON.parse(String(inputs["allowedAccountIds"])), ["999988887777"]);
  const role = { roleArn: ROLE, sessionName: "ssm-backup-pulumi" };
  assert.deepEqual(JSON.parse(String(inputs["assumeRoles"])), [role]);
});

test("copy: the whole other account may write, if so named", async () => {
  const writers = ["arn:aws:iam::123456789012:root"];
  const on = await run({ ...TWO_REGIONS, copy: { ...IN_OTHER_ACCOUNT, writers } });
  assert.equal(resourceNamed(on, `${THEIRS.component}-policy`).inputs["policy"], policyOpenTo(writers));
});

test("copy: a key, a lock and logs of its own; retention is not for copies", async () => {
  const kmsKey = "arn:aws:kms:eu-west-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef";
  const objectLock = { mode: "COMPLIANCE", days: 7 };
  const copy = { region: "eu-west-1", kmsKey, accessLogBucket: "logs-dublin" };
  const on = await run({ ...TWO_REGIONS, retentionDays: 5, objectLock, copy });
  const { bucket, component, region } = OWN;
  const inputsOf = (ending: string) => resourceNamed(on, `${component}-${ending}`).inputs;
  assert.deepEqual(inputsOf("encryption")["rules"], [
    {
      applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKey },
      bucketKeyEnabled: true,
    },
  ]);
  assert.equal(inputsOf("policy")["policy"], expectedPolicy(`arn:aws:s3:::${bucket}`, "aws:kms"));
  const rule = { defaultRetention: objectLock };
  assert.deepEqual(inputsOf("object-lock"), { bucket, region, objectLockEnabled: "Enabled", rule });
  const logs = { targetBucket: "logs-dublin", targetPrefix: `${bucket}/` };
  assert.deepEqual(inputsOf("access-logs"), { bucket, region, ...logs });
  assert.deepEqual(inputsOf("lifecycle")["rules"], [ABORT_RULE]);
});

test("copy: the Regions' key is not the copy's", async () => {
  const on = await run({ ...TWO_REGIONS, kmsKey: "alias/b", copy: { region: "eu-west-1" } });
  assert.deepEqual(componentNamed(on, OWN.component), expectedBucket({ ...OWN, but: KEEPS_ALL }));
});

test("copy: without a value of its own, an option inside it is off", async () => {
  const copy = { region: "eu-west-1", roleArn: null, writers: null, kmsKey: null, accessLogBucket: null };
  const on = await run({ ...TWO_REGIONS, copy });
  assert.deepEqual(componentNamed(on, OWN.component), expectedBucket({ ...OWN, but: KEEPS_ALL }));
});

const repositories = [
  {
    name: "in our account",
    copy: { region: "eu-west-1" },
    repository: `s3://${OWN.bucket},region=eu-west-1,owner=123456789012`,
  },
  {
    name: "in another account",
    copy: IN_OTHER_ACCOUNT,
    repository: `s3://${THEIRS.bucket},region=us-west-2,owner=999988887777`,
  },
];

for (const row of repositories) {
  test(`copy: the outputs say what --copy-to takes, ${row.name}`, async () => {
    const { outputs: off } = await run(TWO_REGIONS);
    const { outputs } = await run({ ...TWO_REGIONS, copy: row.copy });
    assert.deepEqual(outputs, { ...off, copyRepository: row.repository });
  });
}
