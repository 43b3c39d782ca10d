// Tags by which people and audits find what this stack made.
import * as pulumi from "@pulumi/pulumi";

export function parameterTags(environment: string, region: string): Record<string, string> {
  return { Environment: environment, ManagedBy: "Pulumi", Region: region };
}

export function bucketTags(
  name: pulumi.Input<string>,
  environment: string,
  region: string,
): Record<string, pulumi.Input<string>> {
  return {
    Name: name,
    Environment: environment,
    ManagedBy: "Pulumi",
    Purpose: "SSM Parameter Store Backup Storage",
    DataClassification: "Confidential",
    Region: region,
  };
}
