// Options that the configuration must not hold.
import { Row, testRefusals } from "./support/refused";

const KEY = "arn:aws:kms:us-west-2:123456789012:key/11111111-2222-3333-4444-555555555555";
const ROLE = "arn:aws:iam::999988887777:role/copies";
const WRITERS = ["arn:aws:iam::123456789012:role/backup"];

const optionRows: Row[] = [
  ...[0, -1, 1.5, 36501, "ninety"].map((retentionDays) => ({
    name: `no days of retention: ${String(retentionDays)}`,
    but: { retentionDays },
    says: `retentionDays is ${String(retentionDays)}, which is no whole number of days from 1 to 36500`,
  })),
  { name: "no value for the days", but: { retentionDays: "" }, says: "retentionDays is empty" },
  { name: "no lock's mode", but: { objectLock: { days: 1 } }, says: "objectLock.mode is missing" },
  {
    name: "a lock's mode that is none",
    but: { objectLock: { mode: "governance", days: 1 } },
    says: "objectLock.mode is 'governance', and neither GOVERNANCE nor COMPLIANCE",
  },
  {
    name: "no days of a lock",
    but: { objectLock: { mode: "GOVERNANCE" } },
    says: "objectLock.days is missing",
  },
  {
    name: "no day of a lock",
    but: { objectLock: { mode: "GOVERNANCE", days: 0 } },
    says: "objectLock.days is 0, which is no whole number",
  },
  {
    name: "a lock's days in a list",
    but: { objectLock: { mode: "GOVERNANCE", days: [1] } },
    says: "objectLock.days must be a text",
  },
  {
    name: "a lock's key that is misspelt",
    but: { objectLock: { mode: "GOVERNANCE", day: 1 } },
    says: "objectLock.day is not known (known: mode, days)",
  },
  { name: "a lock that is a text", but: { objectLock: "GOVERNANCE" }, says: "objectLock must be a map" },
  ...["backup", "alias/", "alias/a b", "11111111-2222", "arn:aws:kms:us-west-2::key/1"].map((kmsKey) => ({
    name: `no key's name: ${kmsKey}`,
    but: { kmsKey },
    says: `kmsKey is '${kmsKey}', which names no KMS key`,
  })),
  {
    name: "one Region's key for another",
    but: { kmsKey: KEY },
    says: "kmsKey names a key of us-west-2, and the bucket lies in ap-northeast-1",
  },
  {
    name: "one key's id for several Regions",
    but: { kmsKey: "11111111-2222-3333-4444-555555555555" },
    says: "kmsKey names a key of one Region: name an alias, a multi-Region key, or a key for each Region",
  },
  {
    name: "a Region without a key",
    but: { kmsKey: { "us-west-2": KEY } },
    says: "kmsKey.ap-northeast-1 is missing",
  },
  {
    name: "two Regions' keys the wrong way round",
    but: { kmsKey: { "ap-northeast-1": KEY, "us-west-2": KEY } },
    says: "kmsKey.ap-northeast-1 names a key of us-west-2, and the bucket lies in ap-northeast-1",
  },
  {
    name: "a key for a Region outside the list",
    but: { kmsKey: { "ap-northeast-1": "alias/b", "us-west-2": "alias/b", "eu-west-1": "alias/b" } },
    says: "kmsKey.eu-west-1 is for a Region that regions does not hold",
  },
  {
    name: "a Region without a log bucket",
    but: { accessLogBuckets: { "ap-northeast-1": "logs" } },
    says: "accessLogBuckets.us-west-2 is missing",
  },
  {
    name: "one log bucket for all Regions",
    but: { accessLogBuckets: "logs" },
    says: "accessLogBuckets must be a map",
  },
  {
    name: "a log bucket for a Region outside the list",
    but: { accessLogBuckets: { "ap-northeast-1": "logs", "us-west-2": "logs-2", "eu-west-1": "logs-3" } },
    says: "accessLogBuckets.eu-west-1 is for a Region that regions does not hold",
  },
  {
    name: "a log bucket that cannot be one",
    but: { accessLogBuckets: { "ap-northeast-1": "Logs", "us-west-2": "logs" } },
    says: "accessLogBuckets.ap-northeast-1 is 'Logs', which cannot name a bucket",
  },
];

const copyRows: Row[] = [
  { name: "a copy without a Region", but: { copy: {} }, says: "copy.region is missing" },
  { name: "a copy that is a text", but: { copy: "eu-west-1" }, says: "copy must be a map" },
  {
    name: "a copy's Region that is none",
    but: { copy: { region: "dublin" } },
    says: "copy.region is 'dublin', which is not the name of a Region",
  },
  {
    name: "a copy that would be lost with its Region",
    but: { copy: { region: "us-west-2" } },
    says: "copy.region is 'us-west-2', which regions holds: the copy of its own backups would be lost with them",
  },
  {
    name: "a copy's key that is misspelt",
    but: { copy: { region: "eu-west-1", role: ROLE } },
    says: "copy.role is not known (known: region, roleArn, writers, kmsKey, accessLogBucket)",
  },
  {
    name: "writers without an account",
    but: { copy: { region: "eu-west-1", writers: WRITERS } },
    says: "copy.writers is for a copy in another account: name the roleArn",
  },
  {
    name: "an account without writers",
    but: { copy: { region: "eu-west-1", roleArn: ROLE } },
    says: "copy.writers is missing",
  },
  {
    name: "an account with no writer",
    but: { copy: { region: "eu-west-1", roleArn: ROLE, writers: [] } },
    says: "copy.writers must be a list with at least one entry",
  },
  {
    name: "anybody as a writer",
    but: { copy: { region: "eu-west-1", roleArn: ROLE, writers: ["*"] } },
    says: "copy.writers[0] is '*', which is no ARN of a role, a user or an account's root",
  },
  {
    name: "a role that is none",
    but: { copy: { region: "eu-west-1", roleArn: "arn:aws:iam::999988887777:user/x", writers: WRITERS } },
    says: "copy.roleArn is 'arn:aws:iam::999988887777:user/x', which is no role's ARN",
  },
  {
    name: "a copy's key of another Region",
    but: { copy: { region: "eu-west-1", kmsKey: KEY } },
    says: "copy.kmsKey names a key of us-west-2, and the bucket lies in eu-west-1",
  },
  {
    name: "a key in another account by its alias",
    but: { copy: { region: "eu-west-1", roleArn: ROLE, writers: WRITERS, kmsKey: "alias/b" } },
    says: "copy.kmsKey must be an ARN",
  },
  {
    name: "a copy's log bucket that cannot be one",
    but: { copy: { region: "eu-west-1", accessLogBucket: "x" } },
    says: "copy.accessLogBucket is 'x', which cannot name a bucket",
  },
];

testRefusals([...optionRows, ...copyRows]);
