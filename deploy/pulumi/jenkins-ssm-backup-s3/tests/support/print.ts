// node bin/tests/support/print.js Pulumi.<env>.yaml: what the program registers for that file, as
// JSON, for those who compare it with what others make of the same file.
import { run } from "./run";
import { readStackFile } from "./stack-file";

async function main(file: string | undefined): Promise<void> {
  if (file === undefined) throw new Error("usage: print.js FILE");
  const { resources, outputs } = await run(readStackFile(file));
  process.stdout.write(`${JSON.stringify({ resources, outputs }, null, 2)}\n`);
}

void main(process.argv[2]);
