// The published schema, as far as it is used: the same file that editors check with.
import { readFileSync } from "node:fs";

/** JSON Schema 2020-12, and of that what docs/scenario.schema.json uses. A title says what is expected. */
export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly title?: string;
  readonly examples?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false | Schema;
  readonly propertyNames?: Schema;
  readonly minProperties?: number;
  /** No two of them fit the same type, or maps with the same first required key: that key tells which one is meant. */
  readonly oneOf?: readonly Schema[];
  readonly not?: { readonly required: readonly string[] };
}

let loaded: Schema | undefined;

/** It is read where it is published from: beside src and dist alike. */
export function scenarioSchema(): Schema {
  loaded ??= JSON.parse(readFileSync(new URL("../../../docs/scenario.schema.json", import.meta.url), "utf8")) as Schema;
  return loaded;
}

/** What a reference stands for, with the title and the examples of the nearer one. */
export function resolveSchema(schema: Schema, root: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const { $ref, ...own } = schema;
  const target = root.$defs?.[$ref.replace("#/$defs/", "")];
  if (!target) throw new Error(`The schema has no ${$ref}.`);
  return { ...resolveSchema(target, root), ...own };
}
