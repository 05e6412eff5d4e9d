// OTLP's spans and values in protobuf's JSON.
import type { AttributeValue } from "../core/model.js";

export interface OtlpSpan {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** Absent for the root span. */
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly KeyValue[];
  readonly events?: readonly {
    readonly timeUnixNano: string;
    readonly name: string;
    readonly attributes: readonly KeyValue[];
  }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  /** Present for errors. */
  readonly status?: { readonly code: number; readonly message: string };
}

interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

type AnyValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly arrayValue: { readonly values: readonly AnyValue[] } };

/** `null` stands for no attribute. */
export type Attributes = Readonly<Record<string, AttributeValue | readonly string[] | null>>;

export function attributesOf(attributes: Attributes): readonly KeyValue[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === null ? [] : [{ key: textOf(key), value: anyValueOf(value) }],
  );
}

/** Without halves of characters, which UTF-8 does not have. */
export function textOf(text: string): string {
  return text.toWellFormed();
}

function anyValueOf(value: AttributeValue | readonly string[]): AnyValue {
  switch (typeof value) {
    case "string":
      return { stringValue: textOf(value) };
    case "boolean":
      return { boolValue: value };
    case "number":
      if (Number.isSafeInteger(value)) return { intValue: String(value) };
      // JSON has no others.
      return Number.isFinite(value) ? { doubleValue: value } : { stringValue: String(value) };
    case "object":
      return { arrayValue: { values: value.map(anyValueOf) } };
  }
}
