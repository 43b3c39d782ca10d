// One value of the configuration and how it is read. Pulumi hands over scalars as text, lists and
// maps as JSON; inside those stand JSON's own values.
import * as pulumi from "@pulumi/pulumi";

import { isRegionName } from "./names";

// A RunError's message is all that Pulumi prints: no stack trace hides it.
export function configError(key: string, why: string): pulumi.RunError {
  return new pulumi.RunError(
    `the configuration's key ${key} ${why}. Nothing was changed: ` +
      `correct Pulumi.${pulumi.getStack()}.yaml and run again`,
  );
}

export class Field {
  constructor(
    readonly key: string, // as a person finds it: jenkins-ssm-backup-s3:copy.region
    private readonly value: unknown,
  ) {}

  error(why: string): pulumi.RunError {
    return configError(this.key, why);
  }

  text(): string {
    if (typeof this.value !== "string") throw this.error("must be a text");
    const text = this.value.trim();
    if (text === "") throw this.error("is empty");
    return text;
  }

  textThat(fits: (text: string) => boolean, otherwise: string): string {
    const text = this.text();
    if (!fits(text)) throw this.error(`is '${text}', ${otherwise}`);
    return text;
  }

  region(): string {
    return this.textThat(isRegionName, "which is not the name of a Region");
  }

  days(): number {
    const number = typeof this.value === "number" ? this.value : Number(this.text());
    if (Number.isInteger(number) && number >= 1 && number <= 36500) return number;
    throw this.error(`is ${String(this.value)}, which is no whole number of days from 1 to 36500`);
  }

  list(): Field[] {
    const value = this.structure();
    if (Array.isArray(value) && value.length > 0) {
      return value.map((item, index) => new Field(`${this.key}[${String(index)}]`, item));
    }
    throw this.error("must be a list with at least one entry");
  }

  isMap(): boolean {
    const value = this.structure();
    return typeof value === "object" && value !== null && !Array.isArray(value);
  }

  map(): Fields {
    if (!this.isMap()) throw this.error("must be a map");
    return new Fields(`${this.key}.`, this.structure() as Record<string, unknown>);
  }

  private structure(): unknown {
    if (typeof this.value !== "string") return this.value;
    try {
      return JSON.parse(this.value);
    } catch {
      return this.value;
    }
  }
}

// The keys of a map. One without a value counts as absent.
export class Fields {
  private readonly fields = new Map<string, Field>();

  constructor(
    private readonly prefix: string,
    values: Readonly<Record<string, unknown>>,
  ) {
    for (const [name, value] of Object.entries(values)) {
      if (value !== null) this.fields.set(name, new Field(prefix + name, value));
    }
  }

  names(): string[] {
    return [...this.fields.keys()];
  }

  // A key that is misspelt would leave what it asks for undone, and say nothing.
  allowOnly(known: readonly string[]): void {
    const unknown = this.names().find((name) => !known.includes(name));
    if (unknown !== undefined) throw this.error(unknown, `is not known (known: ${known.join(", ")})`);
  }

  get(name: string): Field | undefined {
    return this.fields.get(name);
  }

  required(name: string): Field {
    const field = this.fields.get(name);
    if (field === undefined) throw this.error(name, "is missing");
    return field;
  }

  error(name: string, why: string): pulumi.RunError {
    return configError(this.prefix + name, why);
  }
}
