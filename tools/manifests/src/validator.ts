/** Reads a ValidatorInput from stdin and writes the findings of each list to stdout, see validate.ts. */
import { readFileSync } from 'node:fs';
import { fieldFindings } from './fields';
import type { Finding, Manifest } from './manifest';
import { isCustom, loadSchemas } from './schemas';
import type { ValidatorInput } from './validate';

async function main(): Promise<void> {
  const { lists, parts } = JSON.parse(readFileSync(0, 'utf8')) as ValidatorInput;
  const schemaFindings = await loadSchemas();
  const findings = (object: Manifest): Finding[] => {
    const ofSchema = parts ? [] : schemaFindings(object);
    const ofFields = isCustom(object) ? [] : fieldFindings(object);
    // Both find some defects; the schema explains them better.
    return [...ofSchema, ...ofFields.filter(({ field }) => !ofSchema.some((known) => known.field === field))];
  };
  process.stdout.write(JSON.stringify(lists.map((objects) => objects.flatMap(findings))));
}

void main();
