// What is off unless the configuration asks for it; copies have a file of their own.
import { Field } from "./field";
import { isBucketName } from "./names";

export interface ObjectLock {
  readonly mode: "COMPLIANCE" | "GOVERNANCE";
  readonly days: number;
}

const KEY_ARN = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:(key|alias)\/[\w/-]+$/;
const KEY_ID = /^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const ALIAS = /^alias\/[\w/-]+$/;
const IN_EVERY_REGION = /^(alias\/|mrk-)/;

export function isKeyArn(text: string): boolean {
  return KEY_ARN.test(text);
}

// S3 takes a key of another Region without a word, and then every upload fails.
export function readKmsKey(region: string, field: Field): string {
  const key = field.textThat(
    (text) => isKeyArn(text) || KEY_ID.test(text) || ALIAS.test(text),
    "which names no KMS key (alias/NAME, a key's id or ARN)",
  );
  const home = KEY_ARN.exec(key)?.[1];
  if (home === undefined || home === region) return key;
  throw field.error(`names a key of ${home}, and the bucket lies in ${region}`);
}

// S3 logs into a bucket of the same Region and account only, so each Region has its own.
export function readLogBucket(_region: string, field: Field): string {
  return field.textThat(isBucketName, "which cannot name a bucket");
}

// An entry for each Region, and for no other.
function perRegion(field: Field, regions: readonly string[], read: (region: string, field: Field) => string) {
  const fields = field.map();
  const foreign = fields.names().find((name) => !regions.includes(name));
  if (foreign !== undefined) throw fields.error(foreign, "is for a Region that regions does not hold");
  return new Map(regions.map((region) => [region, read(region, fields.required(region))]));
}

// Region to key. One text serves several Regions only where each has its own key of that name.
export function readKmsKeys(field: Field | undefined, regions: readonly string[]): Map<string, string> {
  if (field === undefined) return new Map();
  if (field.isMap()) return perRegion(field, regions, readKmsKey);
  const keys = new Map(regions.map((region) => [region, readKmsKey(region, field)]));
  if (regions.length === 1 || IN_EVERY_REGION.test(field.text())) return keys;
  throw field.error("names a key of one Region: name an alias, a multi-Region key, or a key for each Region");
}

export function readLogBuckets(field: Field | undefined, regions: readonly string[]): Map<string, string> {
  return field === undefined ? new Map<string, string>() : perRegion(field, regions, readLogBucket);
}

export function readObjectLock(field: Field | undefined): ObjectLock | undefined {
  if (field === undefined) return undefined;
  const fields = field.map();
  fields.allowOnly(["mode", "days"]);
  const mode = fields.required("mode").text();
  if (mode !== "GOVERNANCE" && mode !== "COMPLIANCE") {
    throw fields.error("mode", `is '${mode}', and neither GOVERNANCE nor COMPLIANCE`);
  }
  return { mode, days: fields.required("days").days() };
}
