// `topolab schema`: the JSON Schema of scenario files.
import { scenarioJsonSchema } from '../scenario/json-schema.ts';

export function schemaCommand(): void {
  process.stdout.write(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
}
