// The published schema, as a user of the package finds it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv2020 } from "ajv/dist/2020.js";

const file = createRequire(import.meta.url).resolve("spangate/interleaving.schema.json");

export const schema = JSON.parse(readFileSync(file, "utf8"));

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, formats: { "date-time": isDateTime } });
const validate = ajv.compile(schema);

/** What the schema says against an interleaving when it has been written as JSON: nothing. */
export function schemaErrors(interleaving: object): readonly string[] {
  if (validate(JSON.parse(JSON.stringify(interleaving)))) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(" "),
  );
}

function isDateTime(text: string): boolean {
  return new Date(text).toISOString() === text;
}
