// Uses the page of `propexo-fake` in headless Chromium: clicks what can be clicked, and fails on any script error.
//
//   node --experimental-websocket xtask/page/check.mjs URL [FOLDER]
//
// URL is the address of a running `propexo-fake`; screenshots in light and dark are written to FOLDER. It drives the
// browser by the DevTools protocol, so that it needs no packages.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [url, folder] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), "page-"));
const browser = spawn("chromium", [
  "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", `--user-data-dir=${profile}`,
  "--window-size=1200,1400", "about:blank",
]);

const address = await new Promise((found, failed) => {
  let shown = "";
  browser.on("error", failed);
  browser.on("exit", () => failed(new Error(`chromium ended: ${shown}`)));
  browser.stderr.on("data", (data) => {
    shown += data;
    const match = shown.match(/DevTools listening on ws:\/\/([^/]+)/);
    if (match) found(match[1]);
  });
});

const pages = await (await fetch(`http://${address}/json`)).json();
const socket = new WebSocket(pages.find((page) => page.type === "page").webSocketDebuggerUrl);
await new Promise((open) => socket.addEventListener("open", open));
const waiting = new Map();
const errors = [];
let last = 0;
socket.addEventListener("message", ({ data }) => {
  const { id, result, error, method, params } = JSON.parse(data);
  if (id) {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    return error ? reject(new Error(error.message)) : resolve(result);
  }
  if (method === "Runtime.exceptionThrown") errors.push(params.exceptionDetails.exception?.description);
  if (method === "Log.entryAdded" && params.entry.level === "error") errors.push(`${params.entry.text} ${params.entry.url}`);
});

const send = (method, params = {}) =>
  new Promise((resolve, reject) => {
    waiting.set(++last, { resolve, reject });
    socket.send(JSON.stringify({ id: last, method, params }));
  });
const run = async (expression) => {
  const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
};
const until = async (what, expression) => {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await run(expression)) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`${what} does not happen`);
};
const message = (text) => `document.querySelector("#message").textContent.includes(${JSON.stringify(text)})`;
const screenshot = async (name) => {
  if (!folder) return;
  const { data } = await send("Page.captureScreenshot", { format: "png", captureBeyondViewport: true });
  writeFileSync(join(folder, `${name}.png`), Buffer.from(data, "base64"));
};

try {
  for (const domain of ["Page", "Runtime", "Log"]) await send(`${domain}.enable`);
  await send("Page.navigate", { url });
  await until("the page shows the lists", `document.querySelectorAll("#collections tbody tr").length > 20`);

  // A program's requests appear.
  const call = (path, init) => fetch(url + path, { ...init, headers: { authorization: "Bearer any", "content-type": "application/json" } });
  await call("/v1/leads/");
  const lead = JSON.stringify({ integration_id: "integration_1", first_name: "Ada" });
  await call("/v1/leads/", { method: "POST", body: lead });
  await until("the requests appear", `document.querySelectorAll("#requests tbody tr").length === 2`);
  await until("the job ends", `document.querySelector("#writes tbody").textContent.includes("SUCCESS")`);

  // Every button and every form.
  await run(`document.querySelector('[data-command="sync"]').click()`);
  await until("a sync", message("Done: sync"));
  for (const form of ["next-write", "webhook", "event"]) {
    await run(`document.querySelector('form[data-command="${form}"]').requestSubmit()`);
    await until(form, message(`Done: ${form}`));
  }
  await run(`document.querySelector("textarea").value = "{"`);
  await run(`document.querySelector('form[data-command="event"]').requestSubmit()`);
  await until("a complaint", message("The data is not JSON"));
  await run(`{
    const range = document.querySelector('#faults input[name="ServerError"]');
    range.value = 1;
    range.dispatchEvent(new Event("change"));
  }`);
  await until("a fault", message("Done: fault"));
  const { status } = await call("/v1/leads/");
  if (status !== 500) throw new Error(`the fault has no effect: ${status}`);
  errors.splice(0, errors.length, ...errors.filter((error) => !error.includes("/v1/leads/")));
  await run(`document.querySelector('[data-command="clear"]').click()`);
  await until("no faults", message("Done: clear"));
  await until("the slider follows", `document.querySelector('#faults input[name="ServerError"]').value === "0"`);

  // The keyboard reaches everything.
  const all = await run(`document.querySelectorAll("a[href], button, input, select, textarea, .scroll").length`);
  const reached = new Set();
  await run(`document.body.tabIndex = -1; document.body.focus()`);
  for (let step = 0; step < 2 * all && reached.size < all; step++) {
    for (const type of ["keyDown", "keyUp"]) await send("Input.dispatchKeyEvent", { type, key: "Tab", code: "Tab", windowsVirtualKeyCode: 9 });
    const focused = await run(`[...document.querySelectorAll("a[href], button, input, select, textarea, .scroll")].indexOf(document.activeElement)`);
    if (focused >= 0) reached.add(focused);
  }
  if (reached.size < all) throw new Error(`the keyboard reaches ${reached.size} of ${all} controls`);
  const unnamed = await run(`[...document.querySelectorAll("input, select, textarea")].filter((own) => !own.labels.length).length`);
  if (unnamed) throw new Error(`${unnamed} controls have no label`);

  for (const value of ["light", "dark"]) {
    await send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] });
    await screenshot(value);
  }
  if (errors.length) throw new Error(`script errors: ${errors.join("; ")}`);
  console.log(`page: all buttons and forms used, ${all} of ${all} controls reached by keyboard, no script error`);
} finally {
  browser.removeAllListeners("exit");
  const ended = new Promise((done) => browser.on("exit", done));
  browser.kill();
  await ended;
  rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
}
process.exit(0);
