// Regions and names that the configuration must not hold.
import * as assert from "node:assert/strict";
import { test } from "node:test";

import { Row, testRefusals } from "./support/refused";
import { runRefused, TWO_REGIONS } from "./support/run";

const regionRows: Row[] = [
  { name: "an empty list", but: { regions: [] }, says: "regions must be a list with at least one entry" },
  {
    name: "a text for the list",
    but: { regions: "us-west-2" },
    says: "regions must be a list with at least one entry",
  },
  {
    name: "a map for the list",
    but: { regions: { a: 1 } },
    says: "regions must be a list with at least one entry",
  },
  {
    name: "no value for the list",
    but: { regions: "" },
    says: "regions must be a list with at least one entry",
  },
  { name: "a number in the list", but: { regions: [1] }, says: "regions[0] must be a text" },
  { name: "an empty name", but: { regions: ["us-west-2", ""] }, says: "regions[1] is empty" },
  ...[
    "usw2",
    "us-2",
    "us-west",
    "us-west-2a",
    "US-WEST-2",
    "us--west-2",
    "us-west-2-3",
    "1-west-2",
    "us west-2",
    "-us-west-2",
  ].map((bad) => ({
    name: `no Region's name: ${bad}`,
    but: { regions: ["us-west-2", bad] },
    says: `regions[1] is '${bad}', which is not the name of a Region`,
  })),
  {
    name: "a name longer than any Region's",
    but: { regions: ["us-abcdefghijklmnopqrstuvwxyzab-1"] },
    says: "regions[0] is 'us-abcdefghijklmnopqrstuvwxyzab-1', which is not the name of a Region",
  },
  {
    name: "a default Region outside the list",
    but: { defaultRegion: "eu-west-1" },
    says: "defaultRegion is 'eu-west-1', which regions does not hold (ap-northeast-1, us-west-2)",
  },
  {
    name: "a default Region other than the only one",
    but: { regions: undefined, defaultRegion: "eu-west-1" },
    says: "defaultRegion is 'eu-west-1', which regions does not hold (ap-northeast-1)",
  },
  { name: "no default Region", but: { defaultRegion: undefined }, says: "defaultRegion is missing" },
  {
    name: "a default Region that is none",
    but: { defaultRegion: "oregon" },
    says: "defaultRegion is 'oregon', which is not the name of a Region",
  },
  {
    name: "a home Region that is none",
    but: { ssmHomeRegion: "tokyo" },
    says: "ssmHomeRegion is 'tokyo', which is not the name of a Region",
  },
  {
    name: "neither a list nor aws:region",
    but: { regions: undefined, defaultRegion: undefined, "aws:region": undefined },
    says: "regions is missing, and so is aws:region, which a stack of one Region lies in",
  },
  {
    name: "an aws:region that is none",
    but: { regions: undefined, defaultRegion: undefined, "aws:region": "tokyo" },
    says: "aws:region is 'tokyo', which is not the name of a Region",
  },
];

const nameRows: Row[] = [
  { name: "no project", but: { projectName: undefined }, says: "projectName is missing" },
  { name: "an empty project", but: { projectName: " " }, says: "projectName is empty" },
  { name: "no environment", but: { environment: undefined }, says: "environment is missing" },
  ...["a/b", "..", ".", "日本", "a".repeat(65)].map((environment) => ({
    name: `no environment's name: ${environment}`,
    but: { environment },
    says: `environment is '${environment}', which cannot name an environment`,
  })),
  {
    name: "a bucket's name of 64 characters",
    but: { projectName: "a".repeat(21) },
    says:
      `projectName is '${"a".repeat(21)}': no bucket can be called ` +
      `${"a".repeat(21)}-ssm-backup-dev-<account>-ap-northeast-1 (it has 64 characters; 63 are the most`,
  },
  {
    name: "a copy bucket's name of 64 characters",
    but: {
      projectName: "a".repeat(16),
      regions: ["us-west-2"],
      defaultRegion: "us-west-2",
      copy: { region: "ap-northeast-1" },
    },
    says:
      `projectName is '${"a".repeat(16)}': no bucket can be called ` +
      `${"a".repeat(16)}-ssm-backup-dev-<account>-ap-northeast-1-copy (it has 64 characters`,
  },
  ...["Jenkins", "jenkins_infra", "-jenkins", "jenkins..infra"].map((projectName) => ({
    name: `no bucket's name: ${projectName}`,
    but: { projectName },
    says:
      `projectName is '${projectName}': no bucket can be called ` +
      `${projectName}-ssm-backup-dev-<account>-ap-northeast-1 (`,
  })),
  {
    name: "a key that is misspelt",
    but: { regons: ["us-west-2"] },
    says: "regons is not known (known: projectName, environment",
  },
];

testRefusals([...regionRows, ...nameRows]);

test("not refused: buckets' names of 63 characters", async () => {
  const copy = { region: "us-gov-west-1" };
  const { error } = await runRefused({ ...TWO_REGIONS, projectName: "a".repeat(16), copy });
  assert.equal(error, undefined);
  const { error: longest } = await runRefused({ ...TWO_REGIONS, projectName: "a".repeat(20) });
  assert.equal(longest, undefined);
});
