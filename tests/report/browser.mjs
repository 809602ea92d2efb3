// SPDX-License-Identifier: Apache-2.0
// Opens HTML reports in Chromium and looks at them as people do: on a phone and
// on a desk, light and dark, on paper, with scripts and without.
//
//   node browser.mjs TOOLS PROGRAM [SCREENSHOTS]
//
// TOOLS is what fetch.sh fills, for its checks of accessibility. With a third
// folder a screenshot of each view is written there. Exit 77 if something is not
// on this machine.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [tools, program, screenshots] =
  process.argv.slice(2).map((name) => path.resolve(name));
const axe = path.join(tools ?? "", "node_modules/axe-core/axe.min.js");

function skip(why) {
  console.log(`browser.mjs: SKIPPED: ${why}`);
  process.exit(77);
}

if (!existsSync(axe))
  skip("tests/report/fetch.sh did not run");
const chromium = ["chromium", "chromium-browser", "google-chrome"].find(
  (name) => spawnSync(name, ["--version"]).status === 0);
if (!chromium)
  skip("no Chromium (./dev browser installs it)");

const work = mkdtempSync(path.join(tmpdir(), "archrules-browser-"));
const faults = [];

function check(condition, text) {
  if (!condition)
    faults.push(text);
}

// --- The browser, over the pipe of its protocol -------------------------------

const browser = spawn(chromium, [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
  "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--hide-scrollbars",
  `--user-data-dir=${path.join(work, "profile")}`, "--remote-debugging-pipe",
  "about:blank",
], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
const answers = new Map();
let events = [];
let number = 0;
let rest = "";

function take(message) {
  const { id, result, error } = message;
  if (!id) {
    events.push(message);
    return;
  }
  const [resolve, reject] = answers.get(id);
  answers.delete(id);
  if (error)
    reject(new Error(error.message));
  else
    resolve(result);
}

browser.stdio[4].setEncoding("utf8").on("data", (piece) => {
  const messages = (rest + piece).split("\0");
  rest = messages.pop();
  messages.forEach((message) => take(JSON.parse(message)));
});

function send(method, params = {}, sessionId = undefined) {
  return new Promise((resolve, reject) => {
    answers.set(++number, [resolve, reject]);
    browser.stdio[3].write(
      JSON.stringify({ id: number, method, params, sessionId }) + "\0");
  });
}

const { targetId } = await send("Target.createTarget", { url: "about:blank" });
const { sessionId } =
  await send("Target.attachToTarget", { targetId, flatten: true });
const page = (method, params) => send(method, params, sessionId);
for (const domain of ["Page", "Runtime", "Log", "Network"])
  await page(`${domain}.enable`);
await send("Browser.grantPermissions",
  { permissions: ["clipboardReadWrite", "clipboardSanitizedWrite"] });

async function evaluate(expression) {
  const { result, exceptionDetails } = await page("Runtime.evaluate",
    { expression, awaitPromise: true, returnByValue: true, userGesture: true });
  if (exceptionDetails)
    throw new Error(exceptionDetails.exception?.description ?? expression);
  return result.value;
}

async function open(file) {
  events = [];
  await page("Page.navigate", { url: pathToFileURL(file).href });
  const end = Date.now() + 20000;
  while (!events.some(({ method }) => method === "Page.loadEventFired") &&
         Date.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

// No request but for the page, nothing in the console.
function checkQuiet(name) {
  const requests = events.filter(
    ({ method }) => method === "Network.requestWillBeSent");
  check(requests.length === 1, `${name}: ${requests.length} requests`);
  for (const { method, params } of events) {
    if (["Runtime.exceptionThrown", "Runtime.consoleAPICalled",
      "Log.entryAdded"].includes(method))
      check(false, `${name}: ${method} ${JSON.stringify(params)}`);
  }
}

async function shoot(name, width) {
  if (!screenshots)
    return;
  mkdirSync(screenshots, { recursive: true });
  const { cssContentSize } = await page("Page.getLayoutMetrics");
  const { data } = await page("Page.captureScreenshot", {
    captureBeyondViewport: true, clip: { x: 0, y: 0, width, scale: 1,
      height: Math.min(cssContentSize.height, 8000) } });
  writeFileSync(path.join(screenshots, `${name}.png`),
    Buffer.from(data, "base64"));
}

// --- Views --------------------------------------------------------------------

async function checkAccess(name) {
  await evaluate(readFileSync(axe, "utf8"));
  const violations = await evaluate(`axe.run(document, {
    resultTypes: ["violations"] }).then(({ violations }) => violations.map(
      ({ id, nodes }) => id + ": " + nodes[0].html.slice(0, 120)))`);
  violations.forEach((text) => check(false, `${name}: ${text}`));
}

async function checkView(name, file, width, scheme) {
  const view = `${name}-${width}-${scheme}`;
  await page("Emulation.setDeviceMetricsOverride",
    { width, height: 900, deviceScaleFactor: 1, mobile: width < 500 });
  await page("Emulation.setEmulatedMedia", { media: "screen",
    features: [{ name: "prefers-color-scheme", value: scheme }] });
  await open(file);
  checkQuiet(view);
  check(await evaluate("document.documentElement.scrollWidth") <= width,
    `${view}: it is wider than the window`);
  const paper = await evaluate(
    "getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]");
  check((paper < 128) === (scheme === "dark"), `${view}: the background`);
  await checkAccess(view);
  await shoot(view, width);
}

async function checkScripts(name, file) {
  await open(file);
  const [copied, wanted] = await evaluate(`(async () => {
    const button = document.querySelector("button.copy");
    if (!button) return ["", ""];
    button.click();
    await new Promise((resolve) => setTimeout(resolve, 200));
    return [await navigator.clipboard.readText(),
            button.parentElement.querySelector("code").textContent];
  })()`);
  check(copied === wanted, `${name}: copies ${JSON.stringify(copied)}`);
  const [all, few, none] = await evaluate(`(() => {
    const words = document.getElementById("filter-words");
    const shown = () => [...document.querySelectorAll(".rules tbody tr")]
      .filter((row) => !row.hidden).length;
    const type = (text) => { words.value = text;
      words.dispatchEvent(new Event("input", { bubbles: true }));
      return shown(); };
    return [shown(), type("wrong_build"), type("no such rule")];
  })()`);
  check(all === 4 && few === 1 && none === 0,
    `${name}: the filter shows ${all}, ${few}, ${none}`);
  checkQuiet(`${name} with scripts`);
}

// Without scripts everything is there but what only scripts can do.
async function checkWithoutScripts(name, file) {
  await page("Emulation.setScriptExecutionDisabled", { value: true });
  await open(file);
  const { root } = await page("DOM.getDocument", { depth: 0 });
  const count = async (selector) => (await page("DOM.querySelectorAll",
    { nodeId: root.nodeId, selector })).nodeIds.length;
  check(await count("article.finding") > 0, `${name}: no finding`);
  check(await count("button:not([hidden]), .filter:not([hidden])") === 0,
    `${name}: buttons that do nothing`);
  check(await count("details:not([open])") === 0, `${name}: folded away`);
  checkQuiet(`${name} without scripts`);
  await shoot(`${name}-no-scripts`, 1280);
  await page("Emulation.setScriptExecutionDisabled", { value: false });
}

async function checkPaper(name, file) {
  await open(file);
  await page("Emulation.setEmulatedMedia", { media: "print", features: [] });
  check(await evaluate(`getComputedStyle(document.querySelector("nav"))
    .display`) === "none", `${name}: contents are printed`);
  check(await evaluate(`[...document.querySelectorAll(".copy")].every(
    (button) => getComputedStyle(button).display === "none")`),
  `${name}: buttons are printed`);
  const { data } = await page("Page.printToPDF", { preferCSSPageSize: true,
    paperWidth: 8.27, paperHeight: 11.69 });
  const pdf = Buffer.from(data, "base64");
  check(pdf.subarray(0, 5).toString() === "%PDF-", `${name}: no PDF`);
  if (screenshots)
    writeFileSync(path.join(screenshots, `${name}.pdf`), pdf);
}

// --- Reports ------------------------------------------------------------------

function report(name) {
  const file = path.join(work, `${name}.html`);
  const { status } = spawnSync(program, ["eval", "-p", "rules/docker_desktop",
    "-f", `examples/docker_desktop/${name}.json`, "-o", file]);
  check([0, 1, 3].includes(status), `${name}: exit ${status}`);
  return file;
}

// Texts that would like to run: what they do would be seen in the console.
function hostileReport() {
  const file = path.join(work, "hostile.html");
  const facts = path.join(work, "facts.json");
  const text = "</pre></style></script><script>console.log(1)</script>" +
    "<img src=x onerror=console.log(2)><svg onload=console.log(3)>";
  const rule = `rule x\n  when a.b exists\n  then\n    diagnose "{a.b}"\n` +
    `    remedy "{a.b}"\n      step "{a.b}"\n        run "echo {a.b}"\n` +
    `        open "{a.b}"\n    see "{a.b}"\n`;
  writeFileSync(path.join(work, "x.rules"),
    `pack shop\n  version 1.0.0\nfact a.b : string\n${rule}`);
  writeFileSync(facts, JSON.stringify({ schema: "archrules.snapshot/1",
    machine: text, facts: { a: { b: text } } }));
  execFileSync(program, ["eval", path.join(work, "x.rules"), "-f", facts,
    "--exit-zero", "-o", file], { stdio: "inherit" });
  return file;
}

try {
  for (const name of ["acer-swift-go-14", "build-unreadable"]) {
    const file = report(name);
    for (const width of [390, 1280]) {
      for (const scheme of ["light", "dark"])
        await checkView(name, file, width, scheme);
    }
    await checkScripts(name, file);
    await checkWithoutScripts(name, file);
    await checkPaper(name, file);
  }
  await checkView("hostile", hostileReport(), 390, "light");
} finally {
  await send("Browser.close");
  await new Promise((resolve) => browser.once("exit", resolve));
  rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}
for (const text of faults)
  console.log(text.slice(0, 400));
console.log(`${faults.length} faults`);
process.exit(faults.length > 0 ? 1 : 0);
