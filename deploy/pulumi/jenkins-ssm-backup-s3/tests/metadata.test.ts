// The metadata parameters and the stack's outputs, attribute by attribute.
import * as assert from "node:assert/strict";
import { test } from "node:test";

import { componentNamed, Config, ONE_REGION, run, TWO_REGIONS } from "./support/run";

const BUCKET = "jenkins-infra-ssm-backup-dev-123456789012-";

interface Expected {
  readonly home: string;
  readonly list: string[];
  readonly chosen: string;
}

function parameter(
  home: string,
  name: string,
  value: string,
  about: string,
  dependsOn: string[],
  more: object,
) {
  const tags = { Environment: "dev", ManagedBy: "Pulumi", Region: about };
  return {
    type: "aws:ssm/parameter:Parameter",
    inputs: { name: `/jenkins/dev/backup/${name}`, region: home, type: "String", value, tags, ...more },
    parent: "ssm-backup-metadata",
    dependsOn,
    provider: "",
    retainOnDelete: false,
    protect: false,
  };
}

function expectedParameters({ home, list, chosen }: Expected): Record<string, object> {
  const bucketOf = (region: string) => [`ssm-backup-${region}-bucket`];
  const own = list.map((region) => [
    `ssm-backup-bucket-name-${region}`,
    parameter(home, `${region}/s3-bucket-name`, BUCKET + region, region, bucketOf(region), {}),
  ]);
  const description = "SSM Parameter Store backup S3 bucket name";
  const listAfter = list.map((region) => `ssm-backup-bucket-name-${region}`).sort();
  return {
    ...(Object.fromEntries(own) as Record<string, object>),
    "ssm-backup-bucket-name": parameter(
      ...([home, "s3-bucket-name", BUCKET + chosen, "legacy", bucketOf(chosen), { description }] as const),
    ),
    "ssm-backup-default-region": parameter(
      home,
      "default-region",
      chosen,
      home,
      ["ssm-backup-region-list"],
      {},
    ),
    "ssm-backup-region-list": parameter(home, "region-list", `["${list.join('","')}"]`, home, listAfter, {}),
  };
}

const rows: { name: string; config: Config; expected: Expected }[] = [
  {
    name: "no list of Regions: aws:region is all three",
    config: ONE_REGION,
    expected: { home: "ap-northeast-1", list: ["ap-northeast-1"], chosen: "ap-northeast-1" },
  },
  {
    name: "no list of Regions, the default Region said",
    config: { ...ONE_REGION, defaultRegion: "ap-northeast-1" },
    expected: { home: "ap-northeast-1", list: ["ap-northeast-1"], chosen: "ap-northeast-1" },
  },
  {
    name: "the home Region is the default one",
    config: { ...TWO_REGIONS, defaultRegion: "us-west-2" },
    expected: { home: "us-west-2", list: ["ap-northeast-1", "us-west-2"], chosen: "us-west-2" },
  },
  {
    name: "a home Region outside the list",
    config: { ...TWO_REGIONS, ssmHomeRegion: "eu-west-1" },
    expected: { home: "eu-west-1", list: ["ap-northeast-1", "us-west-2"], chosen: "ap-northeast-1" },
  },
  {
    name: "the order of the list, without repeats",
    config: {
      ...TWO_REGIONS,
      regions: ["us-west-2", "eu-west-1", "us-west-2", "ap-northeast-1", "eu-west-1"],
    },
    expected: {
      home: "ap-northeast-1",
      list: ["us-west-2", "eu-west-1", "ap-northeast-1"],
      chosen: "ap-northeast-1",
    },
  },
  {
    name: "spaces around names",
    config: {
      ...TWO_REGIONS,
      regions: [" us-west-2 "],
      defaultRegion: " us-west-2",
      ssmHomeRegion: "us-west-2 ",
    },
    expected: { home: "us-west-2", list: ["us-west-2"], chosen: "us-west-2" },
  },
];

for (const row of rows) {
  test(`metadata: ${row.name}`, async () => {
    const [component, ...parameters] = componentNamed(await run(row.config), "ssm-backup-metadata");
    assert.equal(component?.type, "jenkins-ssm-backup-s3:index:Metadata");
    const found = parameters.map(({ name, aliases, ...rest }) => {
      assert.deepEqual(aliases, [name]);
      return [name, rest];
    });
    assert.deepEqual(Object.fromEntries(found), expectedParameters(row.expected));
  });

  test(`outputs: ${row.name}`, async () => {
    const { outputs } = await run(row.config);
    const { list, chosen } = row.expected;
    assert.deepEqual(outputs, {
      bucketMap: Object.fromEntries(list.map((region) => [region, BUCKET + region])),
      bucketNameOutput: BUCKET + chosen,
      bucketArn: `arn:aws:s3:::${BUCKET}${chosen}`,
      ssmBackupBucketParameter: "/jenkins/dev/backup/s3-bucket-name",
    });
  });
}

test("metadata: nothing is told before every bucket and its companions stand", async () => {
  const made = await run(TWO_REGIONS);
  const [component] = componentNamed(made, "ssm-backup-metadata");
  const endings = [
    "bucket",
    "encryption",
    "lifecycle",
    "ownership",
    "policy",
    "public-access-block",
    "versioning",
  ];
  assert.deepEqual(
    component?.dependsOn,
    ["ap-northeast-1", "us-west-2"].flatMap((region) =>
      endings.map((ending) => `ssm-backup-${region}-${ending}`),
    ),
  );
  const order = made.resources.map(({ type }) => (type.startsWith("aws:s3/") ? "bucket" : type));
  assert.ok(order.lastIndexOf("bucket") < order.indexOf("aws:ssm/parameter:Parameter"));
});
