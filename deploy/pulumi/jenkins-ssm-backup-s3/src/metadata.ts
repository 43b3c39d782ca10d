// The metadata parameters: which Regions there are, which is the default one, and their buckets.
// All lie in the home Region, whatever the Region they tell of.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { bucketParameterName, defaultRegionName, legacyBucketParameterName, regionListName } from "./names";
import { parameterTags } from "./tags";

export interface MetadataSpec {
  readonly environment: string;
  readonly homeRegion: string;
  readonly regions: readonly string[];
  readonly defaultRegion: string;
  readonly bucketOf: (region: string) => pulumi.Input<string>;
}

interface ParameterSpec {
  readonly name: string;
  readonly value: pulumi.Input<string>;
  readonly about: string; // the tag Region
  readonly description?: string;
}

export class Metadata extends pulumi.ComponentResource {
  readonly legacy: aws.ssm.Parameter;

  constructor(
    name: string,
    private readonly spec: MetadataSpec,
    options: pulumi.ComponentResourceOptions = {},
  ) {
    super("jenkins-ssm-backup-s3:index:Metadata", name, {}, options);
    const { environment, homeRegion, regions, defaultRegion, bucketOf } = spec;
    const buckets = regions.map((region) =>
      this.parameter(`ssm-backup-bucket-name-${region}`, {
        name: bucketParameterName(environment, region),
        value: bucketOf(region),
        about: region,
      }),
    );
    // Nobody shall read a Region from the list and not find its bucket.
    const list = this.parameter(
      "ssm-backup-region-list",
      { name: regionListName(environment), value: JSON.stringify(regions), about: homeRegion },
      buckets,
    );
    this.parameter(
      "ssm-backup-default-region",
      { name: defaultRegionName(environment), value: defaultRegion, about: homeRegion },
      [list],
    );
    this.legacy = this.parameter("ssm-backup-bucket-name", {
      name: legacyBucketParameterName(environment),
      value: bucketOf(defaultRegion),
      about: "legacy",
      description: "SSM Parameter Store backup S3 bucket name",
    });
    this.registerOutputs({ legacy: this.legacy.name });
  }

  private parameter(name: string, spec: ParameterSpec, dependsOn: pulumi.Resource[] = []): aws.ssm.Parameter {
    const { environment, homeRegion } = this.spec;
    return new aws.ssm.Parameter(
      name,
      {
        name: spec.name,
        region: homeRegion,
        type: "String",
        value: spec.value,
        tags: parameterTags(environment, spec.about),
        ...(spec.description !== undefined && { description: spec.description }),
      },
      // At the stack's root lay the legacy key of the stack of one Region, and there `pulumi import`
      // puts a parameter.
      { parent: this, dependsOn, aliases: [{ parent: pulumi.rootStackResource }] },
    );
  }
}
