// SPDX-License-Identifier: Apache-2.0
// Reads reports with the readers that others use: SARIF logs with the schema of
// the standard, TAP with the parser of its authors.
//
//   node validate.mjs TOOLS FOLDER
//
// TOOLS is what fetch.sh fills; exit 77 if it is not there. FOLDER holds what
// hostile.py keeps: *.sarif and *.tap.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const [tools, folder] = process.argv.slice(2).map((name) => path.resolve(name));
if (!tools || !existsSync(path.join(tools, "complete"))) {
  console.log("validate.mjs: SKIPPED: tests/report/fetch.sh did not run");
  process.exit(77);
}
if (!existsSync(folder)) {
  console.log("validate.mjs: SKIPPED: hostile.py kept no reports");
  process.exit(77);
}
const require = createRequire(path.join(tools, "package.json"));
const Ajv = require("ajv/dist/2020").default;
const formats = require("ajv-formats").default;
const { Parser } = require("tap-parser");

const ajv = new Ajv({ strict: false, allErrors: true });
formats(ajv);
const isSarif = ajv.compile(JSON.parse(
  readFileSync(path.join(tools, "sarif-2.1.0.json"), "utf8")));

const faults = [];
const fault = (name, text) => faults.push(`${name}: ${text}`);

// A validator that accepts everything proves nothing.
const bad = { version: "2.1.0", runs: [{ tool: { driver: {} }, results: [
  { message: {}, level: "fatal" }] }] };
if (isSarif(bad))
  fault("the bad log", "is accepted");

function checkSarif(name, text) {
  const log = JSON.parse(text);
  if (!isSarif(log)) {
    for (const error of isSarif.errors.slice(0, 3))
      fault(name, `${error.instancePath} ${error.message}`);
    return;
  }
  for (const { tool, results } of log.runs) {
    for (const result of results) {
      if (tool.driver.rules[result.ruleIndex].id !== result.ruleId)
        fault(name, `the index of ${result.ruleId}`);
      if (result.message.text.includes("]("))
        fault(name, `a link in a message of ${result.ruleId}`);
    }
    if (results.length > 5000)
      fault(name, `${results.length} results`);
  }
}

function checkTap(name, text) {
  const tests = Parser.parse(text);
  const kinds = new Map();
  for (const [kind, value] of tests) {
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    if (kind === "extra" || kind === "bailout" || kind === "child")
      fault(name, `${kind}: ${JSON.stringify(value)}`);
    if (kind === "assert" && /could not be decided/.test(value.name) &&
        value.ok)
      fault(name, `undecided is ok: ${value.name}`);
  }
  const plan = tests.find(([kind]) => kind === "plan")?.[1];
  const count = kinds.get("assert") ?? 0;
  if (count !== plan?.end)
    fault(name, `${count} tests, and the plan is ${plan?.end}`);
  if (kinds.get("version") !== 1)
    fault(name, "no version");
}

let count = 0;
for (const name of readdirSync(folder)) {
  const text = () => readFileSync(path.join(folder, name), "utf8");
  if (name.endsWith(".sarif"))
    checkSarif(name, text());
  else if (name.endsWith(".tap"))
    checkTap(name, text());
  else
    continue;
  count++;
}
for (const line of faults.slice(0, 40))
  console.log(line);
console.log(`${count} reports, ${faults.length} faults`);
process.exit(faults.length > 0 || count === 0 ? 1 : 0);
