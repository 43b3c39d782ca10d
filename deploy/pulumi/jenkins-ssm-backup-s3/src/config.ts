// The stack's configuration, checked whole before the first resource is registered.
import * as pulumi from "@pulumi/pulumi";

import { Copy, readCopy } from "./copy-option";
import { configError, Field, Fields } from "./field";
import { bucketName, copyBucketName, isBucketName, isEnvironmentName, Naming } from "./names";
import { ObjectLock, readKmsKeys, readLogBuckets, readObjectLock } from "./options";

export interface Settings extends Naming {
  readonly regions: readonly string[]; // in backup order, without repeats
  readonly defaultRegion: string; // one of them
  readonly homeRegion: string; // where the metadata parameters lie
  readonly providerRegion: string | undefined; // aws:region, where a stack of one Region had all it had
  readonly retentionDays: number;
  readonly objectLock: ObjectLock | undefined;
  readonly kmsKeys: ReadonlyMap<string, string>; // by Region; empty: AES256
  readonly accessLogBuckets: ReadonlyMap<string, string>; // by Region; empty: none
  readonly copy: Copy | undefined;
}

// Pulumi.yaml's name. Spelt out, so that the keys stay theirs should a project be renamed.
const PREFIX = "jenkins-ssm-backup-s3:";
const KEYS = [
  ...["projectName", "environment", "regions", "defaultRegion", "ssmHomeRegion"],
  ...["retentionDays", "kmsKey", "objectLock", "accessLogBuckets", "copy"],
];
const RETENTION_DAYS = 30;

// `regons` in place of `regions` would be a stack of one Region, so no unknown key is ignored.
function readFields(): Fields {
  const own = Object.entries(pulumi.runtime.allConfig())
    .filter(([name]) => name.startsWith(PREFIX))
    .map(([name, value]) => [name.slice(PREFIX.length), value] as const);
  const fields = new Fields(PREFIX, Object.fromEntries(own));
  fields.allowOnly(KEYS);
  return fields;
}

function readProviderRegion(): Field | undefined {
  const region = new pulumi.Config("aws").get("region");
  return region === undefined ? undefined : new Field("aws:region", region);
}

// Without a list it is the stack of one Region, as it was before there were several.
function readRegions(fields: Fields, providerRegion: Field | undefined): string[] {
  const list = fields.get("regions");
  if (list !== undefined) return [...new Set(list.list().map((item) => item.region()))];
  if (providerRegion !== undefined) return [providerRegion.region()];
  throw fields.error("regions", "is missing, and so is aws:region, which a stack of one Region lies in");
}

function readDefaultRegion(fields: Fields, regions: readonly string[]): string {
  const [only] = regions;
  if (
    only !== undefined &&
    fields.get("regions") === undefined &&
    fields.get("defaultRegion") === undefined
  ) {
    return only;
  }
  const region = fields.required("defaultRegion").region();
  if (regions.includes(region)) return region;
  throw fields.error("defaultRegion", `is '${region}', which regions does not hold (${regions.join(", ")})`);
}

// S3 would refuse such a name in the middle of the work. Every account's id has twelve digits.
function checkBucketNames(settings: Settings): void {
  const account = "123456789012";
  const names = settings.regions.map((region) => bucketName(settings, account, region));
  if (settings.copy) names.push(copyBucketName(settings, account, settings.copy.region));
  const wrong = names.find((name) => !isBucketName(name));
  if (wrong === undefined) return;
  throw configError(
    `${PREFIX}projectName`,
    `is '${settings.project}': no bucket can be called ${wrong.replace(account, "<account>")} (it has ` +
      `${String(wrong.length)} characters; 63 are the most, of lower-case letters, digits, '-' and '.')`,
  );
}

export function readSettings(): Settings {
  const fields = readFields();
  const providerRegion = readProviderRegion();
  const environment = fields
    .required("environment")
    .textThat(
      isEnvironmentName,
      "which cannot name an environment (letters, digits, '.', '_' and '-', 64 at most)",
    );
  const regions = readRegions(fields, providerRegion);
  const defaultRegion = readDefaultRegion(fields, regions);
  const settings: Settings = {
    project: fields.required("projectName").text(),
    environment,
    regions,
    defaultRegion,
    homeRegion: fields.get("ssmHomeRegion")?.region() ?? defaultRegion,
    providerRegion: providerRegion?.text(),
    retentionDays: fields.get("retentionDays")?.days() ?? RETENTION_DAYS,
    objectLock: readObjectLock(fields.get("objectLock")),
    kmsKeys: readKmsKeys(fields.get("kmsKey"), regions),
    accessLogBuckets: readLogBuckets(fields.get("accessLogBuckets"), regions),
    copy: readCopy(fields.get("copy"), regions),
  };
  checkBucketNames(settings);
  return settings;
}
