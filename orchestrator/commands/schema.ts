// `topolab schema`: the JSON Schema of scenario files.
import { editorJsonSchema } from '../scenario/json-schema.ts';

export function schemaCommand(): void {
  process.stdout.write(`${JSON.stringify(editorJsonSchema(), null, 2)}\n`);
}
