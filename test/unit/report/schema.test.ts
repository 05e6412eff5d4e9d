import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Moment, Pause, ReportedCheckpoint, ReportedSpan } from "../../../src/report/report.ts";
import { schema, schemaErrors } from "../../support/interleaving-schema.ts";
import { anyReport } from "../../support/recordings.ts";

// These do not compile when the report knows another word.
const moments: Record<Moment["type"], true> = {
  ...{ begin: true, held: true, released: true, withdrawn: true, passed: true, reached: true, ended: true },
  ...{ drained: true, stalled: true, blocked: true, freed: true, failed: true },
};
const kinds: Record<ReportedSpan["kind"], true> = {
  ...{ internal: true, server: true, client: true, producer: true, consumer: true },
};
const phases: Record<ReportedCheckpoint["phase"], true> = {
  ...{ before: true, after: true, started: true, finished: true, blocked: true },
};
const modes: Record<Pause["mode"], true> = { flow: true, thread: true };

describe("docs/interleaving.schema.json", () => {
  it("describes every report, and all of it", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        expect(schemaErrors(report)).toEqual([]);
      }),
    );
  });

  it("is met by reports with everything in them", () => {
    const reports = fc.sample(anyReport, 300);
    const spans = reports.flatMap((report) => report.spans);
    for (const seen of [
      ...[spans.map(({ pauses }) => pauses), spans.map(({ waits }) => waits)],
      ...[reports.map(({ moments }) => moments), reports.map(({ order }) => order)],
    ])
      expect(seen.flat().length).toBeGreaterThan(10);
    expect(reports.filter(({ failure }) => failure).length).toBeGreaterThan(10);
  });

  it("has no field that a report lacks, and lets none in that it does not know", () => {
    const objects = Object.values<{ type?: string; properties?: object }>(schema.$defs).filter((it) => it.properties);
    expect(objects).toHaveLength(8);
    for (const { properties = {}, ...rest } of objects)
      expect(rest).toMatchObject({ additionalProperties: false, required: Object.keys(properties) });
  });

  it("has the report's words", () => {
    const { moment, span, checkpoint, pause } = schema.$defs;
    expect(moment.properties.type.enum.toSorted()).toEqual(Object.keys(moments).sort());
    expect(span.properties.kind.enum.toSorted()).toEqual(Object.keys(kinds).sort());
    expect(checkpoint.properties.phase.enum.toSorted()).toEqual(Object.keys(phases).sort());
    expect(pause.properties.mode.enum.toSorted()).toEqual(Object.keys(modes).sort());
  });
});
