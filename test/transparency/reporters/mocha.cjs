// A mocha reporter: one line of JSON a test, written at once, so that a crash loses nothing.
const { appendFileSync } = require("node:fs");

module.exports = class Lines {
  constructor(runner) {
    const tell = (test, passed, error) =>
      appendFileSync(
        process.env.TRANSPARENCY_RESULTS,
        `${JSON.stringify({ title: test.titlePath().join(" › "), passed, error: error && String(error.stack ?? error) })}\n`,
      );
    runner.on("pass", (test) => tell(test, true));
    runner.on("fail", (test, error) => tell(test, false, error));
  }
};
